/**
 * The control plane as a program: its settings, how it is put together, how it starts and stops.
 */
@NullMarked
package dev.weft.control;

import org.jspecify.annotations.NullMarked;
