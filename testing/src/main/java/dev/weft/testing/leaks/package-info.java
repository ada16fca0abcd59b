/** Fails the tests of a class after which something of Netty's was not released. */
@NullMarked
package dev.weft.testing.leaks;

import org.jspecify.annotations.NullMarked;
