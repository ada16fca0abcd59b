package dev.weft.cli.command.trust;

import dev.weft.api.v1.FollowedBundle;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The status of a trust bundle that is fetched from a bundle endpoint, as a document.
 *
 * @param profile {@code https_web} or {@code https_spiffe}
 * @param fetched when it was last fetched, or found unchanged; null if it never was
 * @param ageSeconds seconds since then; 0 if it never was fetched
 * @param sequence the other side's number; null if it has none
 * @param refreshHintSeconds how often the other side wants to be asked; 0 if it does not say
 * @param failures number of failures in a row, until now
 * @param failure the last failure; null if the bundle was fetched since
 * @param next time of the next attempt; null while the trust domain is disabled
 */
record FollowedBundleDocument(
        String url,
        String profile,
        @Nullable Instant fetched,
        long ageSeconds,
        @Nullable Long sequence,
        int refreshHintSeconds,
        int failures,
        @Nullable Failure failure,
        @Nullable Instant next,
        List<String> notes) {

    /** Why the bundle could not be fetched. */
    record Failure(String code, String reason, Instant at) {}

    static FollowedBundleDocument of(FollowedBundle bundle, Instant now) {
        Instant fetched = moment(bundle.getFetched());
        return new FollowedBundleDocument(
                bundle.getUrl(),
                bundle.getProfile(),
                fetched,
                fetched == null ? 0 : Math.max(0, Duration.between(fetched, now).toSeconds()),
                bundle.hasSequence() ? bundle.getSequence() : null,
                bundle.getRefreshHintSeconds(),
                bundle.getFailures(),
                bundle.getFailureCode().isEmpty()
                        ? null
                        : new Failure(
                                bundle.getFailureCode(),
                                bundle.getFailureReason(),
                                Instant.ofEpochSecond(bundle.getFailedAt())),
                moment(bundle.getNext()),
                List.copyOf(bundle.getNotesList()));
    }

    private static @Nullable Instant moment(long seconds) {
        return seconds == 0 ? null : Instant.ofEpochSecond(seconds);
    }
}
