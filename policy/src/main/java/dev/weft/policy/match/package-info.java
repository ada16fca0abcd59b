/** Which rules match a request: an index for the data plane, and one rule after the other for people who ask why. */
@NullMarked
package dev.weft.policy.match;

import org.jspecify.annotations.NullMarked;
