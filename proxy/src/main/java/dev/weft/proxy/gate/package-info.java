/**
 * Connections of callers that have proven nothing yet: how many there may be, in all and from one network, and which gives way.
 */
@NullMarked
package dev.weft.proxy.gate;

import org.jspecify.annotations.NullMarked;
