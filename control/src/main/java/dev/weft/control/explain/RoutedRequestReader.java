package dev.weft.control.explain;

import dev.weft.api.v1.RequestField;
import dev.weft.api.v1.RoutedRequest;
import dev.weft.control.refusal.RefusedException;
import dev.weft.policy.request.HttpRequest;
import dev.weft.policy.request.RequestFields;
import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.UnacceptablePathException;
import java.util.List;

/** Converts the request of a question into the form that a sidecar sees. */
final class RoutedRequestReader {

    private RoutedRequestReader() {}

    static RequestFields of(RoutedRequest request) {
        try {
            String host = request.getHost();
            return new RequestFields(new HttpRequest(
                    request.getMethod(),
                    RequestPath.normalize(request.getTarget()),
                    host,
                    name -> values(request, name),
                    false));
        } catch (UnacceptablePathException e) {
            throw new RefusedException(
                    QuestionRefusals.MEANINGLESS,
                    "--path: " + e.getMessage() + ": the sidecar refuses it",
                    "ask about a path that applications read in one way only");
        }
    }

    private static List<String> values(RoutedRequest request, String name) {
        return switch (name) {
            case RequestFields.TARGET -> List.of(request.getTarget());
            case RequestFields.AUTHORITY -> request.getHost().isEmpty() ? List.of() : List.of(request.getHost());
            default ->
                request.getFieldsList().stream()
                        .filter(field -> field.getName().equals(name))
                        .map(RequestField::getValue)
                        .toList();
        };
    }
}
