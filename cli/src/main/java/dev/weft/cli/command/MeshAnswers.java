package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.screen.Screen;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The answers of several meshes to the same question. A mesh that does not answer does not hold back the others'
 * answers.
 *
 * @param failures of the meshes that did not answer, by name
 */
public record MeshAnswers<T>(List<T> answers, Map<String, CommandFailure> failures) {

    public MeshAnswers {
        answers = List.copyOf(answers);
        failures = Collections.unmodifiableMap(failures);
    }

    /**
     * Asks each mesh.
     *
     * @throws CommandFailure the first failure, if no mesh has answered
     */
    public static <T> MeshAnswers<T> each(List<Mesh> meshes, BiFunction<MeshRef, Operator, List<T>> question) {
        List<T> answers = new ArrayList<>();
        Map<String, CommandFailure> failures = new LinkedHashMap<>();
        for (Mesh mesh : meshes) {
            try {
                answers.addAll(mesh.ask(operator -> question.apply(mesh.ref(), operator)));
            } catch (CommandFailure failure) {
                failures.put(mesh.ref().name(), failure);
            }
        }
        if (failures.size() == meshes.size() && !failures.isEmpty()) {
            throw failures.values().iterator().next();
        }
        return new MeshAnswers<>(answers, failures);
    }

    /** Prints which meshes did not answer, and returns the exit code. */
    public int end(Screen screen) {
        failures.values().forEach(failure -> screen.note("weft: " + failure.what() + " (" + failure.code() + ")"));
        return failures.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
}
