package dev.weft.control.federation;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * Stores the latest bundle of each federated trust domain as it was fetched, and the bootstrap anchors of the
 * federation.
 */
interface KeptBundles {

    /**
     * A stored bundle.
     *
     * @param document the bundle's document
     * @param fetched when it was last fetched
     */
    record Stored(String document, Instant fetched) {}

    /**
     * Starts or continues the federation with this bootstrap: a stored bundle of another bootstrap is deleted.
     *
     * @return whether the stored state belongs to this bootstrap now; false if only the leader may change it
     * @throws StateException if there is a bundle and it is not known of which bootstrap: to begin again would trust
     *     anchors that the trust domain may have retired since
     */
    boolean begin(TrustDomain trustDomain, Bootstrap bootstrap) throws IOException;

    /** Returns the stored bundle of a trust domain. */
    Optional<Stored> load(TrustDomain trustDomain) throws IOException;

    /** Stores this bundle in place of the former one. */
    void save(TrustDomain trustDomain, String document, Instant fetched) throws IOException;

    /** Notes that the stored bundle was fetched again unchanged. */
    void touch(TrustDomain trustDomain, Instant fetched) throws IOException;

    /** Deletes the bundles of all other trust domains. */
    void keepOnly(Collection<TrustDomain> trustDomains) throws IOException;

    /** The refusal of a bundle of which it is lost how its federation began. */
    static StateException withoutBeginning(String bundle, String begun) {
        return new StateException(begun + " is missing, which says of which anchors " + bundle
                + " came: put it back from a copy, or delete the bundle to begin again");
    }

    /** Returns where the bundle of the trust domain is stored, in words that help an operator to find it. */
    String where(TrustDomain trustDomain);
}
