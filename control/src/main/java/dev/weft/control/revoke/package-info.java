/**
 * What operators revoke and disable: kept beside the registry, in force at once, waited for until the proxies have it.
 */
@NullMarked
package dev.weft.control.revoke;

import org.jspecify.annotations.NullMarked;
