package dev.weft.cli.command;

import dev.weft.api.v1.JoinToken;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token as a document.
 *
 * @param state {@code open}, {@code used} or {@code ended}
 */
record TokenDocument(
        String id,
        String identity,
        @Nullable String workload,
        Instant created,
        Instant ends,
        String state,
        @Nullable Instant used,
        @Nullable String usedFrom) {

    static TokenDocument of(JoinToken token, Instant now) {
        Instant ends = Instant.ofEpochSecond(token.getEnds());
        return new TokenDocument(
                token.getId(),
                token.getIdentity(),
                token.getWorkload().isEmpty() ? null : token.getWorkload(),
                Instant.ofEpochSecond(token.getCreated()),
                ends,
                token.hasUse() ? "used" : ends.isAfter(now) ? "open" : "ended",
                token.hasUse() ? Instant.ofEpochSecond(token.getUse().getAt()) : null,
                token.hasUse() ? token.getUse().getAddress() : null);
    }

    boolean admits() {
        return state.equals("open");
    }

    String subject() {
        return workload == null ? identity : workload;
    }
}
