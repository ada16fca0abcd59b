package dev.weft.control.trust;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.lead.Leadership;
import dev.weft.identity.bundle.SpiffeBundle;
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
 * The trust bundles: the control plane verifies callers with them and sends them to the proxies. The own bundle is made
 * from the own authorities, another trust domain's from the registry or federation. The registry determines revocations
 * (except of machines) and disabled trust domains. Safe for use by several threads; readers take no lock.
 *
 * <p>{@code changeOwn}, {@code changeDeclared}, {@code changeFederated} and {@code changeMachines} return whether a
 * bundle has changed; the order of its parts does not matter. These four, {@link #complete}, {@link #tick} and
 * {@link #recompute} throw an {@link UncheckedIOException} if a sequence cannot be read or stored; the old bundles then
 * stay.
 */
public final class TrustSource {

    /** The bundles, ready for verification and as messages. */
    private record Derived(SvidVerifier verifier, List<dev.weft.api.v1.TrustBundle> wire) {}

    private static final Logger LOG = LoggerFactory.getLogger(TrustSource.class);

    private final TrustDomain trustDomain;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<DeclaredTrust>> declaredListeners = new CopyOnWriteArrayList<>();
    private final List<Supplier<List<X509Certificate>>> protectedChains = new CopyOnWriteArrayList<>();
    private final Set<TrustDomain> warned = ConcurrentHashMap.newKeySet();
    private volatile Supplier<List<X509Certificate>> issuerChain = List::of;
    private volatile UnaryOperator<Set<SerialNumber>> descent = UnaryOperator.identity();

    @GuardedBy("this")
    private final SequenceCounting counting;

    private volatile boolean withheld;
    private volatile BundleParts parts;
    private volatile Derived derived;

    /** Trusts nothing until {@link #changeOwn}. The sequences of the bundles are kept in the store. */
    public TrustSource(TrustDomain trustDomain, Store store) {
        this(trustDomain, store, SignatureProvider.JDK, Leadership.ALONE);
    }

    /**
     * Creates the trust of one of several control planes that share the store. A bundle is in force here once the
     * leader has counted it; until then its predecessor stays.
     *
     * @param signatures verifies the signatures of callers
     * @param leadership tells which control plane counts the sequences
     */
    public TrustSource(TrustDomain trustDomain, Store store, SignatureProvider signatures, Leadership leadership) {
        this.counting = new SequenceCounting(leadership, new BundleSequences(trustDomain, store));
        this.derived = new Derived(new SvidVerifier(TrustBundles.EMPTY, signatures), List.of());
        this.trustDomain = trustDomain;
        this.parts = BundleParts.none(trustDomain);
    }

    /** Adds a listener for each change of trust; it runs on the thread that made the change. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Sets the supplier of the issuer's chain, which no file may revoke. */
    public void signedBy(Supplier<List<X509Certificate>> chain) {
        issuerChain = chain;
        protect(chain);
    }

    /** Sets the function that adds to revoked certificates of the own trust domain all their descendants. */
    public void descendBy(UnaryOperator<Set<SerialNumber>> all) {
        descent = all;
    }

    /** Adds a chain that no file may revoke; its supplier returns an empty list while there is none. */
    public void protect(Supplier<List<X509Certificate>> chain) {
        protectedChains.add(chain);
    }

    /** Returns the chain of the issuer in use, without its anchor; empty before there is one. */
    List<X509Certificate> issuerChain() {
        return issuerChain.get();
    }

    List<List<X509Certificate>> protectedChains() {
        return protectedChains.stream().map(Supplier::get).toList();
    }

    /** Adds a listener that gets what the registry declares each time it is put into force, on that thread. */
    public void onDeclared(Consumer<DeclaredTrust> listener) {
        declaredListeners.add(listener);
    }

    /** Returns the present authorities of the own trust domain. */
    public OwnAuthorities own() {
        return parts.own();
    }

    /**
     * Sets the first authorities of the own trust domain: they take effect with the first change, and until then
     * nothing is trusted. So a restart with the same parts, however many, is no change.
     */
    public synchronized void begin(UnaryOperator<OwnAuthorities> authorities) {
        parts = parts.withOwn(authorities.apply(parts.own()));
    }

    /** Sets the first revoked certificates of machines, as {@link #begin(UnaryOperator)} does for authorities. */
    public synchronized void begin(Set<SerialNumber> machines) {
        parts = parts.withMachines(machines);
    }

    /** Changes the authorities of the own trust domain. Each caller changes only its part of them. */
    public boolean changeOwn(UnaryOperator<OwnAuthorities> change) {
        return change(old -> old.withOwn(change.apply(old.own())));
    }

    /** Puts what the registry declares into force. */
    public boolean changeDeclared(DeclaredTrust declared) {
        boolean changed = change(old -> old.withDeclared(declared));
        declaredListeners.forEach(listener -> listener.accept(declared));
        return changed;
    }

    /**
     * Puts the bundles that federation fetched into force: all of them. They replace the anchors that the registry has.
     * A trust domain that the registry does not declare is left out.
     */
    public boolean changeFederated(Map<TrustDomain, SpiffeBundle> federated) {
        return change(old -> old.withFederated(federated));
    }

    /**
     * Revokes these certificates of the own trust domain's machines, and no others of machines.
     *
     * @param revoked called while this change holds the lock, so that a change that began earlier cannot undo a
     *     revocation
     */
    public boolean changeMachines(Supplier<Set<SerialNumber>> revoked) {
        return change(old -> old.withMachines(revoked.get()));
    }

    /** All parts of the bundles are known: from now on they are counted, if this control plane counts. */
    public void complete() {
        synchronized (this) {
            counting.complete();
        }
        recompute();
    }

    /** To be called every second if several control planes share the state. */
    public void tick(Instant now) {
        boolean due;
        synchronized (this) {
            boolean before = counting.counts();
            counting.tick(now);
            due = withheld || before != counting.counts();
        }
        if (due) {
            recompute();
        }
    }

    /** Whether a new bundle is not in force yet because the leader has not counted it. */
    public boolean withheld() {
        return withheld;
    }

    /** Checks again for descendants of revoked certificates, and for stored sequences. */
    public void recompute() {
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
        if (SequenceCounting.haveSameNumbers(next, bundles().byTrustDomain())) {
            return false;
        }
        derived = new Derived(
                derived.verifier().next(new TrustBundles(next)),
                next.values().stream()
                        .sorted(Comparator.comparing(
                                bundle -> bundle.trustDomain().name()))
                        .map(BundleContent::toProto)
                        .toList());
        return true;
    }

    /** Returns the bundles in force. */
    public TrustBundles bundles() {
        return derived.verifier().bundles();
    }

    /** Returns the trust domains that the registry declares. */
    public Map<TrustDomain, TrustDomainObject> declaredDomains() {
        return parts.declared().domains();
    }

    /** Returns the bundles in force as messages for proxies, by name. */
    public List<dev.weft.api.v1.TrustBundle> wire() {
        return derived.wire();
    }

    /** Returns the verifier with the bundles in force. Call again for each use. */
    public SvidVerifier verifier() {
        return derived.verifier();
    }

    /** Returns the bundles as they would be with these own authorities, were the own trust domain not disabled. */
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
                    .log("anchors of other trust domains in its bundle are ignored; its TrustDomain may name them");
        }
    }
}
