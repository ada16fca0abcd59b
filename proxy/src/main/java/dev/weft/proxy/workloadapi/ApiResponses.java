package dev.weft.proxy.workloadapi;

import com.google.protobuf.ByteString;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.api.spiffe.JWTBundlesResponse;
import dev.weft.api.spiffe.X509BundlesResponse;
import dev.weft.api.spiffe.X509SVID;
import dev.weft.api.spiffe.X509SVIDResponse;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Builds the API's messages. Every message is the full state: what is not in it no longer exists (WA-02). */
final class ApiResponses {
    private ApiResponses() {}

    /**
     * Returns the SVID with its key, the bundle of its own trust domain, and the bundles of the others (WA-03, WA-05).
     */
    static X509SVIDResponse x509Svid(X509Svid svid, TrustBundles bundles) throws CallException {
        TrustDomain own = svid.id().trustDomain();
        X509SVIDResponse.Builder response = X509SVIDResponse.newBuilder()
                .addSvids(X509SVID.newBuilder()
                        .setSpiffeId(svid.id().toString())
                        .setX509Svid(der(svid.chain()))
                        .setX509SvidKey(ByteString.copyFrom(svid.key().getEncoded()))
                        .setBundle(der(requireAnchors(own, bundles))));
        bundles.byTrustDomain().values().forEach(bundle -> {
            List<X509Certificate> anchors = anchors(bundle);
            if (!bundle.trustDomain().equals(own) && !anchors.isEmpty()) {
                response.putFederatedBundles(key(bundle.trustDomain()), der(anchors));
            }
        });
        return response.build();
    }

    /** Returns the bundles of all trust domains that have an anchor, never merged (FE-03). */
    static X509BundlesResponse x509Bundles(TrustDomain own, TrustBundles bundles) throws CallException {
        requireAnchors(own, bundles);
        X509BundlesResponse.Builder response = X509BundlesResponse.newBuilder();
        bundles.byTrustDomain().values().forEach(bundle -> {
            List<X509Certificate> anchors = anchors(bundle);
            if (!anchors.isEmpty()) {
                response.putBundles(key(bundle.trustDomain()), der(anchors));
            }
        });
        return response.build();
    }

    /** Returns the JWT authorities of all trust domains, and no key for any other use (WA-03). */
    static JWTBundlesResponse jwtBundles(TrustDomain own, TrustBundles bundles) throws CallException {
        requireAnchors(own, bundles);
        JWTBundlesResponse.Builder response = JWTBundlesResponse.newBuilder();
        bundles.byTrustDomain().values().forEach(bundle -> {
            boolean active = bundle.state() == TrustBundle.State.ACTIVE;
            if (active
                    && (!bundle.jwtAuthorities().isEmpty()
                            || bundle.trustDomain().equals(own))) {
                String keys = SpiffeBundles.encode(
                        new SpiffeBundle(List.of(), bundle.jwtAuthorities(), OptionalLong.empty(), Optional.empty()));
                response.putBundles(key(bundle.trustDomain()), ByteString.copyFromUtf8(keys));
            }
        });
        return response.build();
    }

    static Struct claims(Map<String, Object> claims) {
        Struct.Builder struct = Struct.newBuilder();
        claims.forEach((name, value) -> struct.putFields(name, value(value)));
        return struct.build();
    }

    private static Value value(@Nullable Object json) {
        Value.Builder value = Value.newBuilder();
        switch (json) {
            case null -> value.setNullValue(NullValue.NULL_VALUE);
            case String text -> value.setStringValue(text);
            case Number number -> value.setNumberValue(number.doubleValue());
            case Boolean bool -> value.setBoolValue(bool);
            case Collection<?> items -> {
                ListValue.Builder list = ListValue.newBuilder();
                items.forEach(item -> list.addValues(value(item)));
                value.setListValue(list);
            }
            case Map<?, ?> members -> {
                Struct.Builder struct = Struct.newBuilder();
                members.forEach((name, member) -> struct.putFields(String.valueOf(name), value(member)));
                value.setStructValue(struct);
            }
            default -> value.setStringValue(json.toString());
        }
        return value.build();
    }

    /**
     * Returns the anchors that an application may trust. The API has no form for disabled trust domains, revoked keys
     * or tainted keys, so these are left out, and the application fails closed.
     */
    private static List<X509Certificate> anchors(TrustBundle bundle) {
        if (bundle.state() != TrustBundle.State.ACTIVE) {
            return List.of();
        }
        Revocations revocations = bundle.revocations();
        return bundle.anchors().stream()
                .filter(anchor -> {
                    SpkiFingerprint key = SpkiFingerprint.of(anchor.getPublicKey());
                    return !revocations.issuers().contains(key)
                            && !revocations.tainted().contains(key);
                })
                .toList();
    }

    /**
     * Without the bundle of the workload's own trust domain, the standard allows no message, and there is nothing to
     * trust (WA-03).
     */
    private static List<X509Certificate> requireAnchors(TrustDomain own, TrustBundles bundles) throws CallException {
        List<X509Certificate> anchors =
                bundles.find(own).map(ApiResponses::anchors).orElse(List.of());
        if (anchors.isEmpty()) {
            throw new CallException(Failure.NO_IDENTITY, "trust domain " + own + " is disabled, or has no anchor");
        }
        return anchors;
    }

    private static ByteString der(List<X509Certificate> certificates) {
        return ByteString.copyFrom(certificates.stream()
                .map(certificate -> ByteString.copyFrom(Certificates.encode(certificate)))
                .toList());
    }

    private static String key(TrustDomain trustDomain) {
        return "spiffe://" + trustDomain.name();
    }
}
