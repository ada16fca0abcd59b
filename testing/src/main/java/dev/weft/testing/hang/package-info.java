/** Ends a test run that hangs, and says where it hung. */
@NullMarked
package dev.weft.testing.hang;

import org.jspecify.annotations.NullMarked;
