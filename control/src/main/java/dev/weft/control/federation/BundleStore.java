package dev.weft.control.federation;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.keys.Sha256;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the latest bundle of each federated trust domain as it was fetched, and the bootstrap anchors of the
 * federation: entries in {@code federation/}. If several control planes share the store, only the leader writes them. A
 * missing entry counts as no damage: operators delete a bundle to start over with the registry's anchors.
 */
final class BundleStore {

    private static final Logger LOG = LoggerFactory.getLogger(BundleStore.class);

    private static final String FOLDER = "federation/";
    private static final String DOCUMENT = ".json";
    private static final String BEGUN = ".begun";
    private static final String FETCHED = ".fetched";
    private static final List<String> SUFFIXES = List.of(DOCUMENT, BEGUN, FETCHED);
    private static final Store.EntryOptions BIG =
            Store.EntryOptions.readable(SpiffeBundles.MAX_DOCUMENT).optional();
    private static final Store.EntryOptions SMALL =
            Store.EntryOptions.readable(1024).optional();
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,80}");

    private final Store store;
    private final Leadership leadership;

    /**
     * A stored bundle.
     *
     * @param document the bundle's document
     * @param fetched when it was last fetched
     */
    record Stored(String document, Instant fetched) {}

    BundleStore(Store store, Leadership leadership) {
        this.store = requireNonNull(store, "store");
        this.leadership = requireNonNull(leadership, "leadership");
    }

    /**
     * Starts or continues the federation with this bootstrap: a stored bundle of another bootstrap is deleted.
     *
     * @return whether the stored state belongs to this bootstrap now; false if only the leader may change it
     * @throws StateException if there is a bundle whose bootstrap is not known: starting again would trust anchors that
     *     the trust domain may have retired since
     */
    boolean begin(TrustDomain trustDomain, String bootstrap) throws IOException {
        Entry begun = entry(trustDomain, BEGUN);
        Optional<String> former = begun.read().map(read -> read.value().strip());
        if (former.filter(bootstrap::equals).isPresent()) {
            return true;
        }
        if (former.isEmpty()
                && entry(trustDomain, DOCUMENT).read().isPresent()
                && begun.read().isEmpty()) { // the leader may have started it in between
            throw new StateException(begun.where() + " is missing, which records the bootstrap anchors of "
                    + where(trustDomain) + ": restore it from a copy, or delete the bundle to start again");
        }
        if (!leadership.leads()) {
            return false;
        }
        entry(trustDomain, DOCUMENT).discard();
        put(begun, bootstrap + "\n");
        return true;
    }

    Optional<Stored> load(TrustDomain trustDomain) throws IOException {
        Optional<Entry.Versioned> document = entry(trustDomain, DOCUMENT).read();
        if (document.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Stored(document.get().value(), fetched(trustDomain)));
    }

    private Instant fetched(TrustDomain trustDomain) throws IOException {
        Entry entry = entry(trustDomain, FETCHED);
        try {
            return entry.read().map(read -> Instant.parse(read.value().strip())).orElse(Instant.EPOCH);
        } catch (StateException | DateTimeException e) {
            // Only the time is lost, and the next fetch writes it again.
            LOG.atWarn().setCause(e).log("the time of the last fetch of {} is unknown", trustDomain);
            return Instant.EPOCH;
        }
    }

    void save(TrustDomain trustDomain, String document, Instant fetched) throws IOException {
        put(entry(trustDomain, DOCUMENT), document);
        writeTime(trustDomain, fetched);
    }

    /** Notes that the stored bundle was fetched again unchanged. */
    void touch(TrustDomain trustDomain, Instant fetched) throws IOException {
        if (entry(trustDomain, DOCUMENT).read().isEmpty()) {
            throw new StateException(where(trustDomain) + " is missing: the bundle is stored again when it changes");
        }
        writeTime(trustDomain, fetched);
    }

    private void writeTime(TrustDomain trustDomain, Instant fetched) throws IOException {
        Entry entry = entry(trustDomain, FETCHED);
        try {
            put(entry, fetched + "\n");
        } catch (StateException _) { // damaged
            entry.discard();
            put(entry, fetched + "\n");
        }
    }

    /** Writes over the present value: the store itself ensures that only the leader writes. */
    private static void put(Entry entry, String value) throws IOException {
        Version version = entry.read().map(Entry.Versioned::version).orElse(Version.ABSENT);
        if (entry.compareAndSet(version, value).isEmpty()) {
            throw new StateException(entry.where() + " was changed by another process meanwhile: it is left as it is");
        }
    }

    void keepOnly(Collection<TrustDomain> trustDomains) throws IOException {
        if (!leadership.leads()) {
            return;
        }
        Set<String> kept = trustDomains.stream()
                .flatMap(domain -> SUFFIXES.stream().map(suffix -> name(domain, suffix)))
                .collect(Collectors.toSet());
        List<String> names = store.names("federation");
        // The bundle goes first: a bundle whose bootstrap anchors are not known is trusted no more.
        for (String suffix : SUFFIXES) {
            for (String name : names) {
                if (name.endsWith(suffix) && !kept.contains(name)) {
                    store.entry(name, form(suffix)).discard();
                }
            }
        }
    }

    /** Returns where the bundle of the trust domain is stored, in words that help an operator to find it. */
    String where(TrustDomain trustDomain) {
        return entry(trustDomain, DOCUMENT).where();
    }

    private Entry entry(TrustDomain trustDomain, String suffix) {
        return store.entry(name(trustDomain, suffix), form(suffix));
    }

    private static Store.EntryOptions form(String suffix) {
        return suffix.equals(DOCUMENT) ? BIG : SMALL;
    }

    private static String name(TrustDomain trustDomain, String suffix) {
        String name = trustDomain.name();
        return FOLDER + (NAME.matcher(name).matches() ? name : "sha256-" + Sha256.hex(name)) + suffix;
    }
}
