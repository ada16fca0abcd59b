/**
 * Joining from outside as operators see it: making, listing and revoking tokens and machines.
 */
@NullMarked
package dev.weft.control.join;

import org.jspecify.annotations.NullMarked;
