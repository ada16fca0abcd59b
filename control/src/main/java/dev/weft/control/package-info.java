/** The control plane as a program: its settings, how its parts are connected, how it starts and stops. */
@NullMarked
package dev.weft.control;

import org.jspecify.annotations.NullMarked;
