/**
 * Limits who may connect: how many connections at once, how many from one address, and what an unproven connection may
 * do.
 */
@NullMarked
package dev.weft.control.gate;

import org.jspecify.annotations.NullMarked;
