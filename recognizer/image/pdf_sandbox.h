#pragma once

namespace nibble {

/// Lowers what this process may take: `memory` bytes of address space, files of no size, few
/// descriptors, no core; it ends with the process that started it. A limit that is lower already
/// stays.
void limit_resources(unsigned long memory);

/// Gives up, for this process and for good, whatever drawing does not need: it can gain no
/// privileges, and of system calls there are left those for memory, for files that are open, for
/// opening files to read (fonts), for the clock and for ending. The others fail with EPERM: no
/// writing to new files, no sockets, no programs, no threads, no signals to others. False where the
/// system cannot do this.
bool enter_sandbox();

}  // namespace nibble
