package dev.weft.control.state;

import static java.util.Objects.requireNonNull;

import dev.weft.daemon.json.Json;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.TypedEntry;
import java.io.IOException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores keys of issuers that are not signed yet, each with its signing request, in the folder {@code pending}. A
 * request may take days to be signed where the anchor's key is, so its key is deleted only when its certificate is in
 * use.
 */
public final class PendingIssuers {

    /**
     * A request that waits to be signed.
     *
     * @param keySha256 hash of the key that the certificate is requested for
     */
    public record Request(String csrPem, SpkiFingerprint keySha256) {}

    /** Most requests that wait at a time. */
    public static final int MAX_WAITING = 8;

    private static final Store.EntryOptions OPTIONS =
            Store.EntryOptions.secret(64 * 1024).optional();
    private static final String FOLDER = "pending";
    private static final String SUFFIX = ".json";
    private static final int NAME = 16;

    private final Store store;
    private final TrustDomain trustDomain;
    private final Clock clock;

    PendingIssuers(Store store, TrustDomain trustDomain, Clock clock) {
        this.store = requireNonNull(store, "store");
        this.trustDomain = requireNonNull(trustDomain, "trustDomain");
        this.clock = requireNonNull(clock, "clock");
    }

    private record Kept(Request request, PrivateKey key, Instant created) {

        static Kept parse(String text) {
            if (Json.read(text) instanceof Map<?, ?> map
                    && map.get("csr") instanceof String csr
                    && map.get("key") instanceof String key
                    && map.get("created") instanceof String created) {
                SpkiFingerprint fingerprint = SpkiFingerprint.of(
                        CsrVerifier.verify(Pem.decodeCsr(csr)).publicKey());
                return new Kept(new Request(csr, fingerprint), Pem.decodePrivateKey(key), Instant.parse(created));
            }
            throw new IllegalArgumentException("no JSON object with \"csr\", \"key\" and \"created\"");
        }

        String print() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("csr", request.csrPem());
            fields.put("key", Pem.encodePrivateKey(key));
            fields.put("created", created);
            return Json.write(fields) + "\n";
        }

        /** Hides the key. */
        @Override
        public String toString() {
            return "Kept[" + request.keySha256() + "]";
        }
    }

    /** Returns where the requests are stored, in words that help an operator to find them. */
    public String where() {
        return store.where(FOLDER);
    }

    /** Creates a key and a request; those that wait already stay. */
    public Request create() throws IOException {
        KeyPair keys = KeyPairs.generateP256();
        SpkiFingerprint fingerprint = SpkiFingerprint.of(keys.getPublic());
        String csr = Pem.encodeCsr(CertificateSigningRequests.create(keys, trustDomain.id()));
        Request request = new Request(csr, fingerprint);
        cell(name(fingerprint)).write(new Kept(request, keys.getPrivate(), clock.instant()));
        return request;
    }

    /** Returns the waiting requests that can be read, the newest first. */
    public List<Request> requests() throws IOException {
        return kept(new ArrayList<>()).stream().map(Kept::request).toList();
    }

    /** Returns why some requests cannot be read, a sentence for each. They keep no other request from being used. */
    public List<String> damaged() throws IOException {
        List<String> damaged = new ArrayList<>();
        var _ = kept(damaged);
        return damaged;
    }

    /**
     * Returns the request for this key, if it waits.
     *
     * @throws dev.weft.mesh.state.StateException if it is damaged
     */
    public Optional<Request> request(SpkiFingerprint keySha256) throws IOException {
        return find(keySha256).map(Kept::request);
    }

    /**
     * Returns the private key of the request with this key hash.
     *
     * @throws dev.weft.mesh.state.StateException if it is damaged
     */
    public Optional<PrivateKey> key(SpkiFingerprint keySha256) throws IOException {
        return find(keySha256).map(Kept::key);
    }

    private Optional<Kept> find(SpkiFingerprint keySha256) throws IOException {
        return cell(name(keySha256))
                .read()
                .filter(kept -> kept.request().keySha256().equals(keySha256));
    }

    /** Deletes a request with its key, even if it is damaged; the others stay. */
    public void forget(SpkiFingerprint keySha256) throws IOException {
        store.entry(name(keySha256), OPTIONS).discard();
    }

    private List<Kept> kept(List<String> damaged) throws IOException {
        List<Kept> all = new ArrayList<>();
        for (String name : store.names(FOLDER)) {
            try {
                cell(name).read().ifPresent(all::add);
            } catch (StateException e) {
                damaged.add("a signing request cannot be read: " + e.getMessage());
            }
        }
        all.sort(Comparator.comparing(Kept::created).reversed());
        return all;
    }

    private static String name(SpkiFingerprint keySha256) {
        return FOLDER + "/" + keySha256.hex().substring(0, NAME) + SUFFIX;
    }

    private TypedEntry<Kept> cell(String name) {
        return new TypedEntry<>(store.entry(name, OPTIONS), Kept::parse, Kept::print);
    }
}
