#pragma once

namespace nibble {

/// From now on Ctrl-C only raises a flag, so that the file being written is finished; a second one
/// ends the program at once.
void catch_interrupts();

/// Whether Ctrl-C was pressed since catch_interrupts().
bool interrupted();

}  // namespace nibble
