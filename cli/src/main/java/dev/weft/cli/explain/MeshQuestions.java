package dev.weft.cli.explain;

import dev.weft.api.v1.AnalyzeRequest;
import dev.weft.api.v1.AnalyzedObject;
import dev.weft.api.v1.ExplainCallRequest;
import dev.weft.api.v1.ExplainOutsideRequest;
import dev.weft.api.v1.ExplainedCall;
import dev.weft.api.v1.ExplainedOutside;
import dev.weft.api.v1.ListRoutesRequest;
import dev.weft.api.v1.QuestionOperatorGrpc;
import dev.weft.api.v1.QuestionOperatorGrpc.QuestionOperatorBlockingStub;
import dev.weft.api.v1.RoutedPort;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Operator;
import dev.weft.control.analyze.Finding;
import dev.weft.control.explain.Questions;
import dev.weft.control.refusal.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers questions about the objects of a mesh. Each question throws {@link CommandFailure} if it cannot be answered.
 */
public sealed interface MeshQuestions extends AutoCloseable {

    /**
     * Asks for what decides whether one workload may call another. The first element is the caller, the others are the
     * workloads called.
     */
    List<ExplainedCall> call(ExplainCallRequest request);

    /** Asks for the rules that decide which calls a workload may make to the outside. */
    ExplainedOutside outside(ExplainOutsideRequest request);

    /** Asks for the routes of Services. */
    List<RoutedPort> routes(ListRoutesRequest request);

    @Override
    void close();

    /** Answers in this process, from objects that were read from files. */
    record OfObjects(Questions questions) implements MeshQuestions {

        @Override
        public List<ExplainedCall> call(ExplainCallRequest request) {
            return answered(() -> questions.call(request));
        }

        @Override
        public ExplainedOutside outside(ExplainOutsideRequest request) {
            return answered(() -> questions.outside(request));
        }

        @Override
        public List<RoutedPort> routes(ListRoutesRequest request) {
            return answered(() -> questions.routes(request));
        }

        private static <T> T answered(Supplier<T> question) {
            try {
                return question.get();
            } catch (RefusedException e) {
                throw CommandFailure.of(e.reason().status(), e.refusal());
            }
        }

        @Override
        public void close() {}
    }

    /** Lets a control plane answer, from the objects that it has. */
    record OfControlPlane(Operator operator) implements MeshQuestions {

        private static final Duration LIMIT = Duration.ofSeconds(20);

        @Override
        public List<ExplainedCall> call(ExplainCallRequest request) {
            return listed(stub -> stub.explainCall(request));
        }

        @Override
        public ExplainedOutside outside(ExplainOutsideRequest request) {
            return ask(stub -> stub.explainOutside(request));
        }

        @Override
        public List<RoutedPort> routes(ListRoutesRequest request) {
            return listed(stub -> stub.listRoutes(request));
        }

        /**
         * Asks for the mistakes in the objects.
         *
         * @param policies whether to judge policies alone, also by comparing them with each other
         */
        public List<Finding> findings(boolean policies) {
            AnalyzeRequest request =
                    AnalyzeRequest.newBuilder().setPolicies(policies).build();
            return ask(stub -> findings(stub.analyze(request)));
        }

        /** Returns the mistakes that a control plane found in its objects; they have neither file nor line. */
        public static List<Finding> findings(Iterator<AnalyzedObject> answer) {
            List<Finding> findings = new ArrayList<>();
            answer.forEachRemaining(found -> findings.add(
                    new Finding(found.getCode(), "", 0, found.getObject(), found.getProblem(), found.getSuggestion())));
            return findings;
        }

        private <T> List<T> listed(Function<QuestionOperatorBlockingStub, Iterator<T>> question) {
            return ask(stub -> {
                List<T> answers = new ArrayList<>();
                question.apply(stub).forEachRemaining(answers::add);
                return answers;
            });
        }

        private <T> T ask(Function<QuestionOperatorBlockingStub, T> question) {
            return operator.ask(QuestionOperatorGrpc::newBlockingStub, LIMIT, question);
        }

        @Override
        public void close() {
            operator.close();
        }
    }
}
