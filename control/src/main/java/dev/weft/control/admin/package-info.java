/**
 * The loopback HTTP port for operators and for the programs that watch the control plane.
 */
@NullMarked
package dev.weft.control.admin;

import org.jspecify.annotations.NullMarked;
