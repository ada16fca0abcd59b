/**
 * Connections of whoever has proven nothing yet: how many there may be, of all and of one network, and who gives way.
 */
@NullMarked
package dev.weft.proxy.gate;

import org.jspecify.annotations.NullMarked;
