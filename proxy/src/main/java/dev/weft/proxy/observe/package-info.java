/**
 * What an operator sees: metrics, the access log, and the admin endpoints.
 */
@NullMarked
package dev.weft.proxy.observe;

import org.jspecify.annotations.NullMarked;
