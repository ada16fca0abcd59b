/**
 * Federation (SPIFFE Federation): serves the trust bundle of the own trust domain to all, and fetches the bundles of
 * the trust domains that the registry says are federated.
 */
@NullMarked
package dev.weft.control.federation;

import org.jspecify.annotations.NullMarked;
