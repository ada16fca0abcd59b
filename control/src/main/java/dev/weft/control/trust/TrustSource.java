package dev.weft.control.trust;

import dev.weft.control.registry.TrustDomainObject;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.IssuerScope;
import dev.weft.identity.verify.SvidVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
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

    /** All that the bundles are made of. */
    private record Parts(
            OwnAuthorities own,
            DeclaredTrust declared,
            Map<TrustDomain, FederatedBundle> federated,
            Set<SerialNumber> machines) {
        Parts {
            federated = Map.copyOf(federated);
            machines = Set.copyOf(machines);
        }

        Parts with(OwnAuthorities others) {
            return new Parts(others, declared, federated, machines);
        }
    }

    /** The bundles, ready to verify by and to be told. */
    private record Made(SvidVerifier verifier, List<dev.weft.api.v1.TrustBundle> wire) {}

    private static final Logger LOG = LoggerFactory.getLogger(TrustSource.class);

    private final TrustDomain trustDomain;
    private final BundleSequences sequences;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<DeclaredTrust>> declaredListeners = new CopyOnWriteArrayList<>();
    private final List<Supplier<List<X509Certificate>>> protectedChains = new CopyOnWriteArrayList<>();
    private final Set<TrustDomain> warned = ConcurrentHashMap.newKeySet();
    private volatile Supplier<List<X509Certificate>> issuerChain = List::of;
    private volatile Parts parts = new Parts(OwnAuthorities.NONE, DeclaredTrust.NONE, Map.of(), Set.of());
    private volatile Made made = new Made(new SvidVerifier(TrustBundles.EMPTY), List.of());

    /** Trusts nothing until {@link #changeOwn}. The sequences of the bundles are kept in the file. */
    public TrustSource(TrustDomain trustDomain, Path sequenceFile) {
        this.trustDomain = trustDomain;
        this.sequences = new BundleSequences(trustDomain, sequenceFile);
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
        parts = parts.with(authorities.apply(parts.own()));
    }

    /** Says which certificates of machines are revoked to begin with, as {@link #begin(UnaryOperator)} does. */
    public synchronized void begin(Set<SerialNumber> machines) {
        parts = new Parts(parts.own(), parts.declared(), parts.federated(), machines);
    }

    /**
     * Changes the authorities of the own trust domain. Each concern changes its part of what it is given.
     *
     * @return whether that is a change of the bundle; the order of its parts does not matter
     * @throws UncheckedIOException if the sequence cannot be kept; the old bundle then stays
     */
    public boolean changeOwn(UnaryOperator<OwnAuthorities> change) {
        return change(old -> old.with(change.apply(old.own())));
    }

    /**
     * Puts what the registry says into force.
     *
     * @return whether that is a change of a bundle
     * @throws UncheckedIOException if a sequence cannot be kept; the old bundles then stay
     */
    public boolean changeDeclared(DeclaredTrust declared) {
        boolean changed = change(old -> new Parts(old.own(), declared, old.federated(), old.machines()));
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
        return change(old -> new Parts(old.own(), old.declared(), federated, old.machines()));
    }

    /**
     * Revokes these certificates of machines of the own trust domain, and no others of theirs.
     *
     * @return whether that is a change of the bundle
     * @throws UncheckedIOException if the sequence cannot be kept; the old bundle then stays
     */
    public boolean changeMachines(Set<SerialNumber> revoked) {
        return change(old -> new Parts(old.own(), old.declared(), old.federated(), revoked));
    }

    private boolean change(UnaryOperator<Parts> change) {
        if (!changeLocked(change)) {
            return false;
        }
        listeners.forEach(Runnable::run);
        return true;
    }

    private synchronized boolean changeLocked(UnaryOperator<Parts> change) {
        Parts wanted = change.apply(parts);
        Map<TrustDomain, TrustBundle> unnumbered = bundles(wanted);
        Map<TrustDomain, String> hashes = new HashMap<>();
        unnumbered.forEach((domain, bundle) -> hashes.put(domain, BundleContent.hash(bundle)));
        Map<TrustDomain, Long> numbers;
        try {
            numbers = sequences.of(hashes);
        } catch (IOException e) {
            throw new UncheckedIOException("trust bundles of " + trustDomain + ": a sequence cannot be kept", e);
        }
        parts = wanted;
        if (numbers.equals(numbersNow())) {
            return false;
        }
        Map<TrustDomain, TrustBundle> next = new HashMap<>();
        unnumbered.forEach((domain, bundle) -> next.put(domain, numbered(bundle, numbers.getOrDefault(domain, 0L))));
        made = new Made(
                new SvidVerifier(new TrustBundles(next)),
                next.values().stream()
                        .sorted(Comparator.comparing(
                                bundle -> bundle.trustDomain().name()))
                        .map(BundleContent::toProto)
                        .toList());
        return true;
    }

    private Map<TrustDomain, Long> numbersNow() {
        Map<TrustDomain, Long> numbers = new HashMap<>();
        bundles().byTrustDomain().forEach((domain, bundle) -> numbers.put(domain, bundle.sequence()));
        return numbers;
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

    /** Verifies by what is trusted now. Ask anew at each use. */
    public SvidVerifier verifier() {
        return made.verifier();
    }

    /** What would be trusted with these authorities of the own trust domain, were it not disabled. */
    public TrustBundles candidate(OwnAuthorities authorities) {
        Parts wanted = parts.with(authorities);
        return new TrustBundles(bundles(wanted)).with(ownBundle(wanted, TrustBundle.State.ACTIVE));
    }

    private Map<TrustDomain, TrustBundle> bundles(Parts from) {
        Map<TrustDomain, TrustBundle> bundles = new HashMap<>();
        for (TrustDomainObject declared : from.declared().domains().values()) {
            TrustDomain domain = declared.trustDomain();
            FederatedBundle federated = from.federated().get(domain);
            bundles.put(
                    domain,
                    new TrustBundle(
                            domain,
                            federated == null ? declared.anchors() : ofItself(declared, federated, from),
                            declared.state(),
                            0,
                            from.declared().revocationsOf(domain),
                            federated == null ? declared.jwtAuthorities() : federated.jwtAuthorities()));
        }
        TrustDomainObject own = from.declared().domains().get(trustDomain);
        TrustBundle.State state = own == null ? TrustBundle.State.ACTIVE : own.state();
        bundles.put(trustDomain, ownBundle(from, state));
        return bundles;
    }

    /**
     * The anchors that a trust domain says it has, but for those that it cannot say of itself: that an anchor is shared with
     * another trust domain is the operator's to say, since issuers below it are then held to name constraints. Else a trust
     * domain that was taken over could have others refused.
     */
    private List<X509Certificate> ofItself(TrustDomainObject declared, FederatedBundle federated, Parts from) {
        Set<PublicKey> keys = new HashSet<>();
        if (!IssuerScope.isKeptFrom(issuerChain(), declared.trustDomain())) {
            from.own().anchors().forEach(anchor -> keys.add(anchor.getPublicKey()));
        }
        from.declared().domains().values().stream()
                .filter(other -> !other.trustDomain().equals(declared.trustDomain()))
                .flatMap(other -> other.anchors().stream())
                .forEach(anchor -> keys.add(anchor.getPublicKey()));
        declared.anchors().forEach(anchor -> keys.remove(anchor.getPublicKey()));
        List<X509Certificate> left = federated.anchors().stream()
                .filter(anchor -> !keys.contains(anchor.getPublicKey()))
                .toList();
        if (left.size() < federated.anchors().size() && warned.add(declared.trustDomain())) {
            LOG.atWarn()
                    .addKeyValue("trustDomain", declared.trustDomain())
                    .log("anchors of other trust domains in its bundle are not taken; its TrustDomain may name them");
        }
        return left;
    }

    private TrustBundle ownBundle(Parts from, TrustBundle.State state) {
        OwnAuthorities authorities = from.own();
        Revocations revoked = from.declared().revocationsOf(trustDomain);
        Set<SpkiFingerprint> issuers = new HashSet<>(revoked.issuers());
        issuers.addAll(authorities.revoked());
        Set<SerialNumber> certificates = new HashSet<>(revoked.certificates());
        certificates.addAll(from.machines());
        return new TrustBundle(
                trustDomain,
                authorities.anchors(),
                state,
                0,
                new Revocations(certificates, issuers, revoked.identities(), authorities.tainted()),
                authorities.jwtAuthorities());
    }

    private static TrustBundle numbered(TrustBundle bundle, long number) {
        return new TrustBundle(
                bundle.trustDomain(),
                bundle.anchors(),
                bundle.state(),
                number,
                bundle.revocations(),
                bundle.jwtAuthorities());
    }

    /** The bundle as proxies are told it. */
    public static dev.weft.api.v1.TrustBundle toProto(TrustBundle bundle) {
        return BundleContent.toProto(bundle);
    }
}
