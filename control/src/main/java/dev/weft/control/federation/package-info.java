/**
 * Federation (SPIFFE Federation): serves the own trust domain's bundle to anyone, and fetches the bundles of the trust
 * domains that the registry declares as federated.
 */
@NullMarked
package dev.weft.control.federation;

import org.jspecify.annotations.NullMarked;
