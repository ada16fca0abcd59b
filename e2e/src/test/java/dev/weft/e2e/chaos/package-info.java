/** Faults at random under load, and what must hold through all of them. A seed replays a schedule. */
@NullMarked
package dev.weft.e2e.chaos;

import org.jspecify.annotations.NullMarked;
