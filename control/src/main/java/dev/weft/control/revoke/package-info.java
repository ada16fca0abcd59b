/**
 * What operators revoke and disable: stored beside the registry, in force at once, and awaited until the proxies have
 * it.
 */
@NullMarked
package dev.weft.control.revoke;

import org.jspecify.annotations.NullMarked;
