package dev.weft.control.federation;

import dev.weft.control.federation.FetchException.Kind;
import dev.weft.identity.bundle.DecodedBundle;
import dev.weft.identity.bundle.InvalidBundleException;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * Makes bundles outlast the process: a bundle is in use only after it was stored, and never replaces a later one. Used
 * only by the federation client's thread.
 */
record BundleKeeper(BundleStore store) {

    /**
     * Takes the stored bundle into use again.
     *
     * @throws FetchException if it cannot be read; nothing is then trusted until there is a new one
     */
    void load(FollowedDomain domain) throws FetchException {
        try {
            Optional<BundleStore.Stored> stored = store.begin(domain.trustDomain, domain.wanted.bootstrap())
                    ? store.load(domain.trustDomain)
                    : Optional.empty();
            domain.bundle = null;
            if (stored.isPresent()) {
                DecodedBundle decoded =
                        SpiffeBundles.decode(stored.get().document().getBytes(StandardCharsets.UTF_8));
                domain.bundle = decoded.bundle();
                domain.ignored = decoded.ignored();
                domain.lastSuccess = stored.get().fetched();
            }
            domain.damaged = false;
        } catch (IOException | StateException | InvalidBundleException e) {
            domain.bundle = SpiffeBundle.EMPTY;
            domain.damaged = true;
            throw new FetchException(
                    Kind.STATE,
                    "the bundle kept in " + store.where(domain.trustDomain) + " cannot be read: " + e.getMessage()
                            + "; delete it to begin again with the anchors of the registry",
                    e);
        }
    }

    /**
     * Takes a fetched bundle into use.
     *
     * @return whether it differs from the former bundle
     * @throws FetchException if it is older, or cannot be stored; the former bundle then stays
     */
    boolean take(FollowedDomain domain, FetchedBundle had, Instant now) throws FetchException {
        SpiffeBundle bundle = had.decoded().bundle();
        checkSequence(domain, bundle);
        boolean changed = !bundle.equals(domain.bundle);
        try {
            if (changed) {
                store.save(domain.trustDomain, had.document(), now);
            } else {
                store.touch(domain.trustDomain, now);
            }
        } catch (IOException | StateException e) {
            throw new FetchException(Kind.STATE, "the bundle cannot be kept: " + e.getMessage(), e);
        }
        domain.bundle = bundle;
        domain.ignored = had.decoded().ignored();
        domain.lastSuccess = now;
        domain.failure = null;
        domain.failures = 0;
        return changed;
    }

    private static void checkSequence(FollowedDomain domain, SpiffeBundle bundle) throws FetchException {
        SpiffeBundle former = domain.bundle;
        if (former != null
                && former.sequence().isPresent()
                && bundle.sequence().isPresent()
                && bundle.sequence().getAsLong() < former.sequence().getAsLong()) {
            throw new FetchException(
                    Kind.SEQUENCE,
                    domain.wanted.endpoint().url() + " serves sequence "
                            + bundle.sequence().getAsLong() + " after "
                            + former.sequence().getAsLong() + " (expected: never a lower one)");
        }
    }
}
