/**
 * The workload's own certificate: made, renewed before it ends, and put into TLS contexts that prove it and trust peers
 * by the bundles of the moment.
 */
@NullMarked
package dev.weft.proxy.identity;

import org.jspecify.annotations.NullMarked;
