#pragma once

#include <vector>

namespace nibble {

/// How alike the members of a group are: the intraclass correlation of a yes or no, by analysis of
/// variance (R. Fisher, Statistical Methods for Research Workers, 1925, chapter VII; groups of
/// unequal sizes after A. Donner, 1986). 0: members of a group are no more alike than those of
/// different ones, 1: they are all the same. Below 0 is 0, as is what cannot be told. Of n frames
/// with correlation r as much is known as of n / (1 + (n - 1) r) independent ones.
double intraclass_correlation(const std::vector<std::vector<bool>>& groups);

}  // namespace nibble
