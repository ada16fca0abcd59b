/**
 * The admin port: health, metrics and state over HTTP, for operators and for programs that monitor the control plane.
 */
@NullMarked
package dev.weft.control.admin;

import org.jspecify.annotations.NullMarked;
