/**
 * Who may connect: how many at once, how many from one address, and what a connection may do that has not proven anything.
 */
@NullMarked
package dev.weft.control.gate;

import org.jspecify.annotations.NullMarked;
