package dev.weft.control.federation;

import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/** The latest bundle of each federated trust domain, as it was fetched, and beside it what the federation began with. */
interface KeptBundles {

    /**
     * A bundle as it is kept.
     *
     * @param fetched when it was fetched last
     */
    record Stored(String document, Instant fetched) {}

    /**
     * Has what is there go back to this bootstrap: a bundle that goes back to another is deleted.
     *
     * @return whether it does now; not where that is somebody else's to do
     */
    boolean begin(TrustDomain trustDomain, Bootstrap bootstrap) throws IOException;

    /** What is kept of a trust domain. */
    Optional<Stored> load(TrustDomain trustDomain) throws IOException;

    /** Keeps this in place of what was there. */
    void save(TrustDomain trustDomain, String document, Instant fetched) throws IOException;

    /** Says that what is there was had again. */
    void touch(TrustDomain trustDomain, Instant fetched) throws IOException;

    /** Deletes those of all other trust domains. */
    void keepOnly(Collection<TrustDomain> trustDomains) throws IOException;

    /** Where the bundle of the trust domain is, in words by which an operator finds it. */
    String where(TrustDomain trustDomain);
}
