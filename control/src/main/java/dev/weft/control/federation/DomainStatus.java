package dev.weft.control.federation;

import dev.weft.api.v1.FollowedBundle;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.BundleEndpoint;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The status of following a federated trust domain.
 *
 * @param bundle the latest bundle; empty if there never was one, and the registry's anchors are in force
 * @param lastSuccess when it was last fetched, or found unchanged
 * @param failure the failure of the last attempt; empty if it succeeded
 * @param failures number of failures in a row
 * @param next time of the next attempt; empty while the trust domain is disabled
 * @param notes remarks about oddities of the bundle
 */
record DomainStatus(
        TrustDomain trustDomain,
        BundleEndpoint endpoint,
        Optional<SpiffeBundle> bundle,
        Optional<Instant> lastSuccess,
        Optional<Failure> failure,
        int failures,
        Optional<Instant> next,
        List<String> notes) {

    /** A failed attempt. */
    record Failure(Instant at, String code, String reason) {}

    DomainStatus {
        notes = List.copyOf(notes);
    }

    FollowedBundle toProto() {
        FollowedBundle.Builder message = FollowedBundle.newBuilder()
                .setUrl(endpoint.url().toString())
                .setProfile(endpoint.profile().name())
                .setFetched(lastSuccess.map(Instant::getEpochSecond).orElse(0L))
                .setFailures(failures)
                .setNext(next.map(Instant::getEpochSecond).orElse(0L))
                .addAllNotes(notes);
        bundle.ifPresent(held -> {
            held.sequence().ifPresent(message::setSequence);
            held.refreshHint().ifPresent(hint -> message.setRefreshHintSeconds((int) hint.toSeconds()));
        });
        failure.ifPresent(last -> message.setFailureCode(last.code())
                .setFailureReason(last.reason())
                .setFailedAt(last.at().getEpochSecond()));
        return message.build();
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("trustDomain", trustDomain.name());
        fields.put("url", endpoint.url());
        fields.put("profile", endpoint.profile().name());
        if (endpoint.profile() instanceof BundleEndpoint.Profile.HttpsSpiffe spiffe) {
            fields.put("endpointSpiffeId", spiffe.endpointId());
        }
        bundle.ifPresent(held -> {
            held.sequence().ifPresent(sequence -> fields.put("sequence", sequence));
            held.refreshHint().ifPresent(hint -> fields.put("refreshHintSeconds", hint.toSeconds()));
            fields.put("anchors", held.anchors().size());
            fields.put("jwtAuthorities", held.jwtAuthorities().size());
        });
        fields.put("lastSuccess", lastSuccess.orElse(null));
        fields.put("failuresInARow", failures);
        failure.ifPresent(last -> {
            Map<String, Object> said = new LinkedHashMap<>();
            said.put("at", last.at());
            said.put("code", last.code());
            said.put("reason", last.reason());
            fields.put("lastFailure", said);
        });
        fields.put("next", next.orElse(null));
        fields.put("notes", notes);
        return fields;
    }
}
