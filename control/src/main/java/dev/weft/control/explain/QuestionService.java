package dev.weft.control.explain;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.AnalyzeRequest;
import dev.weft.api.v1.AnalyzedObject;
import dev.weft.api.v1.ExplainCallRequest;
import dev.weft.api.v1.ExplainOutsideRequest;
import dev.weft.api.v1.ExplainedCall;
import dev.weft.api.v1.ExplainedOutside;
import dev.weft.api.v1.ListRoutesRequest;
import dev.weft.api.v1.QuestionOperatorGrpc;
import dev.weft.api.v1.RoutedPort;
import dev.weft.control.analyze.Analysis;
import dev.weft.control.analyze.Finding;
import dev.weft.control.analyze.TrustContext;
import dev.weft.control.refusal.RefusedException;
import dev.weft.mesh.registry.Snapshot;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Answers operators' questions about what the objects of the mesh mean, from the objects that the proxies have now. */
public final class QuestionService extends QuestionOperatorGrpc.QuestionOperatorImplBase {

    /** Most findings of one answer; the last one carries the number of those left out. */
    static final int MOST_FINDINGS = 1_000;

    /** Most octets of an answer about the workloads of a Service: it is held in memory until it is read. */
    private static final long MOST_OCTETS = 16L << 20;

    private static final String WHERE = "the mesh";

    private final Supplier<Snapshot> objects;
    private final Supplier<TrustContext> known;

    /**
     * Creates the service.
     *
     * @param objects returns the objects that the proxies have now
     * @param known returns what is known besides the objects
     */
    public QuestionService(Supplier<Snapshot> objects, Supplier<TrustContext> known) {
        this.objects = requireNonNull(objects, "objects");
        this.known = requireNonNull(known, "known");
    }

    @Override
    public void explainCall(ExplainCallRequest request, StreamObserver<ExplainedCall> responses) {
        answer(responses, () -> questions().call(request, MOST_OCTETS));
    }

    @Override
    public void explainOutside(ExplainOutsideRequest request, StreamObserver<ExplainedOutside> responses) {
        answer(responses, () -> List.of(questions().outside(request)));
    }

    @Override
    public void listRoutes(ListRoutesRequest request, StreamObserver<RoutedPort> responses) {
        answer(responses, () -> questions().routes(request));
    }

    @Override
    public void analyze(AnalyzeRequest request, StreamObserver<AnalyzedObject> responses) {
        Snapshot all = objects.get();
        answer(
                responses,
                () -> messages(
                        request.getPolicies() ? Analysis.lint(all, known.get()) : Analysis.of(all, known.get())));
    }

    static List<AnalyzedObject> messages(List<Finding> findings) {
        List<AnalyzedObject> messages = new ArrayList<>(findings.stream()
                .limit(MOST_FINDINGS)
                .map(QuestionService::message)
                .toList());
        int more = findings.size() - messages.size();
        if (more > 0) {
            AnalyzedObject last = messages.removeLast();
            messages.add(last.toBuilder()
                    .setProblem(last.getProblem() + " (and " + more + " more findings, which are not listed)")
                    .build());
        }
        return messages;
    }

    private Questions questions() {
        return new Questions(objects.get(), known.get().own(), WHERE);
    }

    private static AnalyzedObject message(Finding finding) {
        return AnalyzedObject.newBuilder()
                .setCode(finding.code())
                .setObject(finding.object())
                .setProblem(finding.problem())
                .setSuggestion(finding.suggestion())
                .build();
    }

    private static <T> void answer(StreamObserver<T> responses, Supplier<List<T>> question) {
        try {
            question.get().forEach(responses::onNext);
            responses.onCompleted();
        } catch (RefusedException e) {
            responses.onError(e);
        }
    }
}
