package dev.weft.control.revoke;

import dev.weft.control.refusal.OperatorCalls;
import dev.weft.control.refusal.RefusedException;
import dev.weft.files.yaml.FileError;
import dev.weft.files.yaml.ObjectWriter;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.mesh.registry.FullException;
import dev.weft.mesh.registry.Snapshot;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers operators' calls: reads what their requests describe, maps exceptions to refusals, and words advice. */
final class OperatorAnswers {

    /** Longest wait for acknowledgements. */
    static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private OperatorAnswers() {}

    static <T> void answer(StreamObserver<T> to, OperatorCalls.Work<T> work) {
        OperatorCalls.answer(to, RevocationRefusals.NOT_IN_FORCE, "the control plane's log says more", () -> {
            try {
                return work.run();
            } catch (FullException e) {
                throw new RefusedException(
                        RevocationRefusals.TOO_MANY,
                        String.valueOf(e.getMessage()),
                        "take some revocations back, or give shorter reasons");
            }
        });
    }

    static Duration wait(int millis) {
        Duration wait = Duration.ofMillis(Integer.toUnsignedLong(millis));
        if (wait.compareTo(MAX_WAIT) > 0) {
            throw new RefusedException(
                    RevocationRefusals.INVALID, "wait: " + wait + " (expected: at most " + MAX_WAIT + ")");
        }
        return wait;
    }

    /**
     * Returns an object that a request describes, read by the rules of the registry's files.
     *
     * @param object finds the object among all that were read; null if it is not there
     * @param prefix words that messages to the operator leave out
     * @throws RefusedException if the object breaks a rule, with the first of them
     */
    static <T> T read(
            String kind, String name, Map<String, Object> spec, Function<Snapshot, @Nullable T> object, String prefix) {
        Parsed parsed = RegistryFiles.parse(Path.of("request"), ObjectWriter.document(kind, name, spec));
        T read = object.apply(parsed.objects());
        if (!parsed.valid() || read == null) {
            String reason =
                    parsed.errors().stream().map(FileError::message).findFirst().orElse("it cannot be read");
            throw new RefusedException(
                    RevocationRefusals.INVALID, reason.replace(prefix, "").replace(';', ','));
        }
        return read;
    }

    /** Returns the advice of a refusal, with the remark of {@link OperatorServices#audited} on what was done before. */
    static String advice(String advice, String remark) {
        return remark.isEmpty() ? advice : advice + "; " + remark;
    }
}
