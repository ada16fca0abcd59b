package dev.weft.cli.policytest;

import dev.weft.cli.explain.Answer;
import dev.weft.cli.explain.MeshQuestions;
import dev.weft.cli.explain.RequestOptions;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Operator;
import dev.weft.policy.request.HttpRequest;
import dev.weft.policy.request.UnacceptablePathException;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether an assertion holds.
 *
 * @param expected the expected outcome, with the code if the assertion names one
 * @param actual the real outcome, with its code; "error" if there is none
 */
public record TestResult(String name, boolean passed, String expected, String actual, String reason) {

    /** Checks each assertion against a mesh. */
    public static List<TestResult> of(List<Assertion> assertions, MeshQuestions mesh) {
        return assertions.stream().map(assertion -> of(assertion, mesh)).toList();
    }

    private static TestResult of(Assertion assertion, MeshQuestions mesh) {
        try {
            List<Answer> answers = Answer.of(
                    Objects.requireNonNull(assertion.from()),
                    Objects.requireNonNull(assertion.to()),
                    address(assertion),
                    request(assertion),
                    mesh);
            Answer shown = answers.stream()
                    .filter(answer -> !holds(assertion, answer))
                    .findFirst()
                    .orElseGet(answers::getFirst);
            return verdict(assertion, holds(assertion, shown), withCode(shown.outcome(), shown.code()), shown.reason());
        } catch (UnacceptablePathException e) {
            boolean passed = "deny".equals(assertion.expect()) && assertion.code() == null;
            return verdict(assertion, passed, "deny", String.valueOf(e.getMessage()));
        } catch (CommandFailure e) {
            if (e.code().equals(Operator.NO_ANSWER)) {
                throw e; // the mesh does not answer, so no assertion can be checked
            }
            return verdict(assertion, false, "error", String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return verdict(assertion, false, "error", "address: " + assertion.address() + " (expected: IPv4 or IPv6)");
        }
    }

    private static boolean holds(Assertion assertion, Answer answer) {
        return answer.outcome().equals(assertion.expect())
                && (assertion.code() == null || assertion.code().equals(answer.code()));
    }

    private static @Nullable InetAddress address(Assertion assertion) {
        return assertion.address() == null ? null : InetAddress.ofLiteral(assertion.address());
    }

    private static @Nullable HttpRequest request(Assertion assertion) throws UnacceptablePathException {
        Map<String, String> given = assertion.headers() == null ? Map.of() : assertion.headers();
        Map<String, List<String>> headers = given.entrySet().stream()
                .collect(Collectors.toMap(
                        header -> header.getKey().toLowerCase(Locale.ROOT),
                        header -> List.of(header.getValue()),
                        (_, last) -> last));
        RequestOptions requested =
                new RequestOptions(assertion.method(), assertion.path(), assertion.host(), headers, assertion.grpc());
        return requested.isAny() ? requested.request() : null;
    }

    private static TestResult verdict(Assertion assertion, boolean passed, String actual, String reason) {
        String expected = withCode(String.valueOf(assertion.expect()), assertion.code());
        return new TestResult(assertion.title(), passed, expected, actual, reason);
    }

    private static String withCode(String outcome, @Nullable String code) {
        return code == null ? outcome : outcome + " (" + code + ")";
    }
}
