package dev.weft.cli.command;

import dev.weft.api.v1.JoinOperatorGrpc;
import dev.weft.api.v1.JoinOperatorGrpc.JoinOperatorBlockingStub;
import dev.weft.api.v1.JoinToken;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls {@code JoinOperator}, and converts its tokens into documents. */
final class JoinOperatorCalls {

    private static final int SECONDS = 10;

    private JoinOperatorCalls() {}

    static <T> T call(Mesh mesh, Function<JoinOperatorBlockingStub, T> call) {
        try (Operator operator = mesh.operator()) {
            return operator.call(channel ->
                    call.apply(JoinOperatorGrpc.newBlockingStub(channel).withDeadlineAfter(SECONDS, TimeUnit.SECONDS)));
        }
    }

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

        /** Returns the workload or identity that the token admits. */
        String subject() {
            return workload == null ? identity : workload;
        }
    }
}
