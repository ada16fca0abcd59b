/**
 * Federation (SPIFFE Federation): serves the trust bundle of the own trust domain to whoever asks, and fetches those of
 * the trust domains that the registry says are federated.
 */
@NullMarked
package dev.weft.control.federation;

import org.jspecify.annotations.NullMarked;
