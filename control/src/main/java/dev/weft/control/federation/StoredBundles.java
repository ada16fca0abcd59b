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

/**
 * Stores bundles in a store that several control planes share, as entries in {@code federation/} that the leader
 * writes.
 */
final class StoredBundles implements KeptBundles {

    private static final String FOLDER = "federation/";
    private static final String DOCUMENT = ".json";
    private static final String BEGUN = ".begun";
    private static final String FETCHED = ".fetched";
    private static final List<String> SUFFIXES = List.of(DOCUMENT, BEGUN, FETCHED);
    private static final Store.Form BIG =
            Store.Form.open(SpiffeBundles.MAX_DOCUMENT).passing();
    private static final Store.Form SMALL = Store.Form.open(1024).passing();
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,80}");

    private final Store store;
    private final Leadership leadership;

    StoredBundles(Store store, Leadership leadership) {
        this.store = requireNonNull(store, "store");
        this.leadership = requireNonNull(leadership, "leadership");
    }

    @Override
    public boolean begin(TrustDomain trustDomain, Bootstrap bootstrap) throws IOException {
        Entry begun = entry(trustDomain, BEGUN);
        Optional<String> former = begun.read().map(read -> read.value().strip());
        if (former.filter(bootstrap.sha256()::equals).isPresent()) {
            return true;
        }
        if (former.isEmpty()
                && entry(trustDomain, DOCUMENT).read().isPresent()
                && begun.read().isEmpty()) { // the leader may have begun in between
            throw KeptBundles.withoutBeginning(where(trustDomain), begun.where());
        }
        if (!leadership.leads()) {
            return false;
        }
        entry(trustDomain, DOCUMENT).discard();
        put(begun, bootstrap.sha256() + "\n");
        return true;
    }

    @Override
    public Optional<Stored> load(TrustDomain trustDomain) throws IOException {
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
        } catch (DateTimeException e) {
            throw new StateException(entry.where() + " is damaged: delete it", e);
        }
    }

    @Override
    public void save(TrustDomain trustDomain, String document, Instant fetched) throws IOException {
        put(entry(trustDomain, DOCUMENT), document);
        touch(trustDomain, fetched);
    }

    @Override
    public void touch(TrustDomain trustDomain, Instant fetched) throws IOException {
        put(entry(trustDomain, FETCHED), fetched + "\n");
    }

    /** Writes over the present value: the store itself ensures that only the leader writes. */
    private static void put(Entry entry, String value) throws IOException {
        Version version = entry.read().map(Entry.Versioned::version).orElse(Version.ABSENT);
        if (entry.compareAndSet(version, value).isEmpty()) {
            throw new StateException(entry.where() + " was changed by somebody else meanwhile: it is left as it is");
        }
    }

    @Override
    public void keepOnly(Collection<TrustDomain> trustDomains) throws IOException {
        if (!leadership.leads()) {
            return;
        }
        Set<String> kept = trustDomains.stream()
                .flatMap(domain -> SUFFIXES.stream().map(suffix -> name(domain, suffix)))
                .collect(Collectors.toSet());
        for (String name : store.names("federation")) {
            Optional<String> ours = SUFFIXES.stream().filter(name::endsWith).findFirst();
            if (ours.isPresent() && !kept.contains(name)) {
                store.entry(name, form(ours.get())).discard();
            }
        }
    }

    @Override
    public String where(TrustDomain trustDomain) {
        return entry(trustDomain, DOCUMENT).where();
    }

    private Entry entry(TrustDomain trustDomain, String suffix) {
        return store.entry(name(trustDomain, suffix), form(suffix));
    }

    private static Store.Form form(String suffix) {
        return suffix.equals(DOCUMENT) ? BIG : SMALL;
    }

    private static String name(TrustDomain trustDomain, String suffix) {
        String name = trustDomain.name();
        return FOLDER + (NAME.matcher(name).matches() ? name : "sha256-" + Sha256.hex(name)) + suffix;
    }
}
