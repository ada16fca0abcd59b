/** Finds the rules that match a request: by an index for the data plane, and rule by rule for explanations. */
@NullMarked
package dev.weft.policy.match;

import org.jspecify.annotations.NullMarked;
