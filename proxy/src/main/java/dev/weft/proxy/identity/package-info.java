/**
 * The workload's own certificate: requested, renewed before it ends, and put into TLS contexts that present it and
 * trust peers by the current bundles.
 */
@NullMarked
package dev.weft.proxy.identity;

import org.jspecify.annotations.NullMarked;
