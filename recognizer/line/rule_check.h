#pragma once

#include "include/nibble/nibble.hpp"  // RuleCheck and RuleChange, which stand in results
