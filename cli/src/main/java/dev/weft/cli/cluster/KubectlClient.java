package dev.weft.cli.cluster;

import dev.weft.cli.failure.CommandFailure;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks kubectl about objects of a cluster. */
public record KubectlClient(Kubectl kubectl) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Pattern FORBIDDEN = Pattern.compile("is forbidden: User \".*\" cannot [a-z]+ resource");

    /**
     * Returns kubectl's output for these arguments.
     *
     * @throws CommandFailure if kubectl fails (WEFT-L312)
     */
    public String text(String... arguments) {
        KubectlResult result = ask("", arguments);
        if (!result.succeeded()) {
            throw failure(arguments, result.complaint());
        }
        return result.out();
    }

    /**
     * Changes something with kubectl that the cluster may refuse.
     *
     * @param input kubectl's standard input
     * @return kubectl's error text; empty if it succeeded
     */
    public Optional<String> refusal(String input, String... arguments) {
        return Optional.of(ask(input, arguments).complaint()).filter(complaint -> !complaint.isEmpty());
    }

    /**
     * Returns kubectl's output for these arguments, as JSON.
     *
     * @return empty if kubectl prints nothing
     * @throws CommandFailure if kubectl fails, or prints something else (WEFT-L312)
     */
    public Optional<JsonNode> json(String... arguments) {
        String text = text(arguments);
        try {
            return text.isBlank() ? Optional.empty() : Optional.of(JSON.readTree(text));
        } catch (JacksonException e) {
            throw failure(arguments, "no JSON: " + e.getOriginalMessage());
        }
    }

    /**
     * Returns the JSON of an object that may not exist: empty if kubectl reports that it is not found.
     *
     * @throws CommandFailure as {@link #json}
     */
    public Optional<JsonNode> jsonIfThere(String... arguments) {
        KubectlResult result = ask("", arguments);
        return result.complaint().contains("NotFound") ? Optional.empty() : json(arguments);
    }

    private KubectlResult ask(String input, String... arguments) {
        try {
            return KubectlResult.of(kubectl, input, List.of(arguments));
        } catch (IOException e) {
            return new KubectlResult("", "kubectl does not run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(arguments, "interrupted");
        }
    }

    /** Whether kubectl says that the user lacks a right. An admission policy that refuses says something else. */
    static boolean isForbidden(String complaint) {
        return FORBIDDEN.matcher(complaint).find();
    }

    private static CommandFailure failure(String[] arguments, String complaint) {
        boolean forbidden = isForbidden(complaint);
        String asked = "'kubectl " + String.join(" ", arguments) + "': " + complaint;
        return CommandFailure.failed(
                "WEFT-L312",
                forbidden ? "this user may not run " + asked : "the cluster does not answer " + asked,
                forbidden
                        ? "use another user: '--context' and '--kubeconfig' choose the cluster and the user"
                        : "'--context' and '--kubeconfig' choose the cluster; WEFT_KUBECTL names the program");
    }
}
