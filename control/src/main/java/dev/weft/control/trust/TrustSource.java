package dev.weft.control.trust;

import dev.weft.control.lead.Leadership;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.state.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trust bundles: what this control plane verifies callers with and what it tells the proxies. That of the own trust
 * domain is made of its authorities, that of another one of what the registry or federation says of it; revocations, but
 * for those of machines, and whether a trust domain is disabled are the registry's. Safe for use by several threads; readers take no lock.
 */
public final class TrustSource {

    /** The bundles, ready to verify by and to be told. */
    private record Made(SvidVerifier verifier, List<dev.weft.api.v1.TrustBundle> wire) {}

    private static final Logger LOG = LoggerFactory.getLogger(TrustSource.class);

    private final TrustDomain trustDomain;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<DeclaredTrust>> declaredListeners = new CopyOnWriteArrayList<>();
    private final List<Supplier<List<X509Certificate>>> protectedChains = new CopyOnWriteArrayList<>();
    private final Set<TrustDomain> warned = ConcurrentHashMap.newKeySet();
    private volatile Supplier<List<X509Certificate>> issuerChain = List::of;
    private volatile UnaryOperator<Set<SerialNumber>> descent = UnaryOperator.identity();
    private final Counting counting; // guarded by this
    private volatile boolean withheld;
    private volatile BundleParts parts;
    private volatile Made made;

    /** Trusts nothing until {@link #changeOwn}. The sequences of the bundles are kept in the store. */
    public TrustSource(TrustDomain trustDomain, Store store) {
        this(trustDomain, store, SignatureProvider.JDK);
    }

    /**
     * The same.
     *
     * @param signatures verifies the signatures of callers
     */
    public TrustSource(TrustDomain trustDomain, Store store, SignatureProvider signatures) {
        this(trustDomain, store, signatures, Leadership.ALONE);
    }

    /**
     * As above, where several control planes share the store. A bundle is in force here when the leader has counted it; until then
     * the one before it stays.
     *
     * @param leadership who counts the sequences
     */
    public TrustSource(TrustDomain trustDomain, Store store, SignatureProvider signatures, Leadership leadership) {
        this.counting = new Counting(leadership, new BundleSequences(trustDomain, store));
        this.made = new Made(new SvidVerifier(TrustBundles.EMPTY, signatures), List.of());
        this.trustDomain = trustDomain;
        this.parts = BundleParts.none(trustDomain);
    }

    /** Has the listener called after each change of what is trusted, on the thread that changed it. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Says whose chain the issuer in use is; it hangs on nothing that a file may revoke. */
    public void signedBy(Supplier<List<X509Certificate>> chain) {
        issuerChain = chain;
        protect(chain);
    }

    /** Says what is revoked with certificates of the own trust domain: they, and all that came of them. */
    public void descendBy(UnaryOperator<Set<SerialNumber>> all) {
        descent = all;
    }

    /** Says what a file may not revoke; empty while there is no such chain. */
    public void protect(Supplier<List<X509Certificate>> chain) {
        protectedChains.add(chain);
    }

    /** The chain of the issuer in use, without its anchor; empty before there is one. */
    List<X509Certificate> issuerChain() {
        return issuerChain.get();
    }

    List<List<X509Certificate>> protectedChains() {
        return protectedChains.stream().map(Supplier::get).toList();
    }

    /** Has the listener told what the registry says, each time that it is put into force, on the thread that did. */
    public void onDeclared(Consumer<DeclaredTrust> listener) {
        declaredListeners.add(listener);
    }

    /** The authorities of the own trust domain now. */
    public OwnAuthorities own() {
        return parts.own();
    }

    /**
     * Says what the own trust domain begins with: the first change takes it along, and until then nothing is trusted. So
     * a restart with the same parts, however many, is no change.
     */
    public synchronized void begin(UnaryOperator<OwnAuthorities> authorities) {
        parts = parts.withOwn(authorities.apply(parts.own()));
    }

    /** Says which certificates of machines are revoked to begin with, as {@link #begin(UnaryOperator)} does. */
    public synchronized void begin(Set<SerialNumber> machines) {
        parts = parts.withMachines(machines);
    }

    /**
     * Changes the authorities of the own trust domain. Each concern changes its part of what it is given.
     *
     * @return whether that is a change of the bundle; the order of its parts does not matter
     * @throws UncheckedIOException if the sequence cannot be kept; the old bundle then stays
     */
    public boolean changeOwn(UnaryOperator<OwnAuthorities> change) {
        return change(old -> old.withOwn(change.apply(old.own())));
    }

    /**
     * Puts what the registry says into force.
     *
     * @return whether that is a change of a bundle
     * @throws UncheckedIOException if a sequence cannot be kept; the old bundles then stay
     */
    public boolean changeDeclared(DeclaredTrust declared) {
        boolean changed = change(old -> old.withDeclared(declared));
        declaredListeners.forEach(listener -> listener.accept(declared));
        return changed;
    }

    /**
     * Puts what federation brought into force: all of it, for each trust domain that it has heard of. It takes the place
     * of the anchors that the registry has. A trust domain that the registry does not speak of is left out.
     *
     * @return whether that is a change of a bundle
     * @throws UncheckedIOException if a sequence cannot be kept; the old bundles then stay
     */
    public boolean changeFederated(Map<TrustDomain, FederatedBundle> federated) {
        return change(old -> old.withFederated(federated));
    }

    /**
     * Revokes these certificates of machines of the own trust domain, and no others of theirs.
     *
     * @param revoked asked for them in the turn of this change, so that none is taken back by a change that began before
     * @return whether that is a change of the bundle
     * @throws UncheckedIOException if the sequence cannot be kept; the old bundle then stays
     */
    public boolean changeMachines(Supplier<Set<SerialNumber>> revoked) {
        return change(old -> old.withMachines(revoked.get()));
    }

    /** All that the bundles are made of is known: from now on they are counted, if that is this control plane's to do. */
    public void complete() {
        synchronized (this) {
            counting.complete();
        }
        lookAgain();
    }

    /** To be called every second where several control planes share the state. */
    public void passTime(Instant now) {
        boolean due;
        synchronized (this) {
            boolean before = counting.counts();
            counting.passTime(now);
            due = withheld || before != counting.counts();
        }
        if (due) {
            lookAgain();
        }
    }

    /** Whether a bundle as it should be is not in force yet, as the leader has not counted it. */
    public boolean withheld() {
        return withheld;
    }

    /**
     * Looks again at what came of revoked certificates, and at which sequences are kept.
     *
     * @throws UncheckedIOException if a sequence cannot be kept; the old bundles then stay
     */
    public void lookAgain() {
        change(old -> old);
    }

    private boolean change(UnaryOperator<BundleParts> change) {
        if (!changeLocked(change)) {
            return false;
        }
        listeners.forEach(Runnable::run);
        return true;
    }

    private synchronized boolean changeLocked(UnaryOperator<BundleParts> change) {
        BundleParts wanted = change.apply(parts);
        Map<TrustDomain, TrustBundle> unnumbered = bundles(wanted);
        Map<TrustDomain, String> hashes = new HashMap<>();
        unnumbered.forEach((domain, bundle) -> hashes.put(domain, BundleContent.hash(bundle)));
        Map<TrustDomain, Long> numbers;
        try {
            numbers = counting.numbers(hashes);
        } catch (IOException e) {
            throw new UncheckedIOException("trust bundles of " + trustDomain + ": a sequence cannot be kept", e);
        }
        parts = wanted;
        withheld = !numbers.keySet().equals(hashes.keySet());
        Map<TrustDomain, TrustBundle> next = new HashMap<>();
        unnumbered.forEach((domain, bundle) -> {
            Long number = numbers.get(domain);
            if (number != null) {
                next.put(domain, bundle.withSequence(number));
            } else {
                bundles().find(domain).ifPresent(former -> next.put(domain, former));
            }
        });
        if (Counting.numbersOf(next).equals(Counting.numbersOf(bundles().byTrustDomain()))) {
            return false;
        }
        made = new Made(
                made.verifier().next(new TrustBundles(next)),
                next.values().stream()
                        .sorted(Comparator.comparing(
                                bundle -> bundle.trustDomain().name()))
                        .map(BundleContent::toProto)
                        .toList());
        return true;
    }

    /** What is trusted now. */
    public TrustBundles bundles() {
        return made.verifier().bundles();
    }

    /** What the registry says of trust domains. */
    public Map<TrustDomain, TrustDomainObject> declaredDomains() {
        return parts.declared().domains();
    }

    /** What is trusted now as proxies are told it, by name. */
    public List<dev.weft.api.v1.TrustBundle> wire() {
        return made.wire();
    }

    /** Verifies by what is trusted now. Ask again at each use. */
    public SvidVerifier verifier() {
        return made.verifier();
    }

    /** What would be trusted with these authorities of the own trust domain, were it not disabled. */
    public TrustBundles candidate(OwnAuthorities authorities) {
        BundleParts wanted = parts.withOwn(authorities);
        return new TrustBundles(bundles(wanted)).with(wanted.ownBundle(TrustBundle.State.ACTIVE));
    }

    private Map<TrustDomain, TrustBundle> bundles(BundleParts from) {
        Map<TrustDomain, TrustBundle> bundles = from.bundles(issuerChain(), this::warnOnce);
        bundles.computeIfPresent(trustDomain, (_, own) -> BundleParts.withDescent(own, descent));
        return bundles;
    }

    private void warnOnce(TrustDomain domain) {
        if (warned.add(domain)) {
            LOG.atWarn()
                    .addKeyValue("trustDomain", domain)
                    .log("anchors of other trust domains in its bundle are not taken; its TrustDomain may name them");
        }
    }

    /** The bundle as proxies are told it. */
    public static dev.weft.api.v1.TrustBundle toProto(TrustBundle bundle) {
        return BundleContent.toProto(bundle);
    }
}
