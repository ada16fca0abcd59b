/**
 * The interface between accepting connections and carrying their requests: a connection of the application arrives here
 * once its destination and protocol are known.
 */
@NullMarked
package dev.weft.proxy.carry;

import org.jspecify.annotations.NullMarked;
