package dev.weft.identity.bundle;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.spiffe.InvalidSpiffeIdException;
import dev.weft.identity.spiffe.PeerText;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.JwtAuthority;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads and writes SPIFFE trust bundles, and maps of them, as JSON documents. */
public final class SpiffeBundles {

    /** Largest document of a bundle, in bytes. */
    public static final int MAX_DOCUMENT = 1024 * 1024;

    /** Largest document of a map of bundles, in bytes. */
    public static final int MAX_MAP_DOCUMENT = 16 * MAX_DOCUMENT;

    /** Most keys in one bundle, used or not. */
    public static final int MAX_KEYS = 128;

    /** Most trust domains in a map. */
    public static final int MAX_TRUST_DOMAINS = 1024;

    private SpiffeBundles() {}

    /**
     * Reads a trust bundle.
     *
     * @param document JSON in UTF-8
     * @throws InvalidBundleException if the document is not a trust bundle, or exceeds a limit
     */
    public static DecodedBundle decode(byte[] document) {
        return BundleReader.read(json(document, MAX_DOCUMENT));
    }

    /**
     * Reads a map of trust bundles. Each bundle belongs to the trust domain of its entry (TB-06).
     *
     * @param document JSON in UTF-8
     * @throws InvalidBundleException if the document is not a map of trust bundles, or exceeds a limit
     */
    public static Map<TrustDomain, DecodedBundle> decodeMap(byte[] document) {
        if (!(json(document, MAX_MAP_DOCUMENT) instanceof JsonValue.Members(Map<String, JsonValue> members))
                || !(members.get("trust_domains") instanceof JsonValue.Members(Map<String, JsonValue> byName))) {
            throw new InvalidBundleException(
                    "bundle map: no object \"trust_domains\" (expected: one, which may be empty)");
        }
        if (byName.size() > MAX_TRUST_DOMAINS) {
            throw new InvalidBundleException(
                    "bundle map: " + byName.size() + " trust domains (expected: at most " + MAX_TRUST_DOMAINS + ")");
        }
        Map<TrustDomain, DecodedBundle> bundles = new TreeMap<>();
        byName.forEach((name, bundle) -> {
            // Names that differ only in case are the same trust domain.
            if (bundles.putIfAbsent(trustDomain(name), BundleReader.read(bundle)) != null) {
                throw new InvalidBundleException(
                        "bundle map: trust domain " + PeerText.quote(name) + " is there twice");
            }
        });
        return Collections.unmodifiableMap(bundles);
    }

    private static TrustDomain trustDomain(String name) {
        try {
            return TrustDomain.parse(name);
        } catch (InvalidSpiffeIdException e) {
            throw new InvalidBundleException("bundle map: " + e.getMessage(), e);
        }
    }

    private static JsonValue json(byte[] document, int most) {
        if (document.length > most) {
            throw new InvalidBundleException("bundle: " + document.length + " bytes (expected: at most " + most + ")");
        }
        return JsonReader.read(document);
    }

    /**
     * Writes a bundle as JSON. Anchors whose keys no Weft verifier accepts (neither RSA nor on a NIST curve) are left
     * out: they prove nothing.
     */
    public static String encode(SpiffeBundle bundle) {
        return JSONObjectUtils.toJSONString(document(bundle));
    }

    /** Writes bundles as a bundle map, sorted by trust domain. */
    public static String encodeMap(Map<TrustDomain, SpiffeBundle> bundles) {
        Map<String, Object> documents = new LinkedHashMap<>();
        new TreeMap<>(bundles).forEach((trustDomain, bundle) -> documents.put(trustDomain.name(), document(bundle)));
        return JSONObjectUtils.toJSONString(Map.of("trust_domains", documents));
    }

    private static Map<String, Object> document(SpiffeBundle bundle) {
        List<Map<String, Object>> keys = new ArrayList<>();
        for (X509Certificate anchor : bundle.anchors()) {
            JwkKeys.members(anchor.getPublicKey()).ifPresent(members -> {
                Map<String, Object> key = new LinkedHashMap<>();
                key.put("use", "x509-svid");
                key.putAll(members);
                key.put("x5c", List.of(Base64.getEncoder().encodeToString(Certificates.encode(anchor))));
                keys.add(key);
            });
        }
        for (JwtAuthority authority : bundle.jwtAuthorities()) {
            JwkKeys.members(authority.publicKey()).ifPresent(members -> {
                Map<String, Object> key = new LinkedHashMap<>();
                key.put("use", "jwt-svid");
                key.put("kid", authority.keyId());
                key.putAll(members);
                keys.add(key);
            });
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("keys", keys);
        bundle.sequence().ifPresent(sequence -> document.put("spiffe_sequence", sequence));
        bundle.refreshHint().ifPresent(hint -> document.put("spiffe_refresh_hint", hint.toSeconds()));
        return document;
    }
}
