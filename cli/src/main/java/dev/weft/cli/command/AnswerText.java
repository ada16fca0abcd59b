package dev.weft.cli.command;

import dev.weft.cli.explain.Answer;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import dev.weft.policy.explain.RequestStep;
import dev.weft.policy.explain.Step;
import dev.weft.policy.model.DefaultDecision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints the answers of {@code weft policy explain} for people. */
final class AnswerText {

    /** Most rules shown of one policy. */
    private static final int MAX_RULES = 4;

    /** Most workloads whose answers are shown one by one. */
    private static final int MAX_APART = 3;

    /** Most workloads named that share an answer. */
    private static final int MAX_NAMED = 6;

    private AnswerText() {}

    /** Prints the answers. If there are many, those that differ only in the called workload are printed together. */
    static void print(Screen screen, List<Answer> answers) {
        Map<Answer, List<String>> alike = new LinkedHashMap<>();
        for (Answer answer : answers) {
            boolean many = answers.size() > MAX_APART;
            alike.computeIfAbsent(many ? answer.withTo("") : answer, _ -> new ArrayList<>())
                    .add(answer.to());
        }
        boolean first = true;
        for (Map.Entry<Answer, List<String>> each : alike.entrySet()) {
            if (!first) {
                screen.line("");
            }
            first = false;
            print(screen, each.getKey().withTo(each.getValue().getFirst()), each.getValue());
        }
    }

    private static void print(Screen screen, Answer answer, List<String> alike) {
        String via = answer.via() == null ? "" : " (by " + answer.via() + ")";
        String request = answer.request() == null ? "" : ", " + answer.request();
        String code = answer.code() == null ? "" : " (" + answer.code() + ")";
        screen.line(screen.paint(Style.NAME, answer.from()) + " → "
                + screen.paint(Style.NAME, answer.to() + ":" + answer.port()) + via + request + ": "
                + verdict(screen, answer) + code);
        if (alike.size() > 1) {
            screen.text("  the same for " + String.join(", ", alike.subList(1, Math.min(alike.size(), MAX_NAMED)))
                    + (alike.size() > MAX_NAMED ? " and " + (alike.size() - MAX_NAMED) + " more" : ""));
        }
        screen.text("  " + answer.reason());
        if (isPerRequest(answer)) {
            screen.line("  name the request: --method and --path, --host, --header, or --grpc SERVICE/METHOD");
        }
        if (!answer.routes().isEmpty()) {
            screen.text("  before that, " + String.join(", ", answer.routes())
                    + " may change the request, answer it, or send it elsewhere: ask about the request as it arrives");
        }
        if (answer.identity() != null && !answer.from().equals(answer.identity())) {
            screen.line("  " + answer.from() + " is " + answer.identity());
        }
        answer.audited().forEach(policy -> screen.line("  recorded by the Audit policy " + policy));
        if (answer.defaultDecision() != null) {
            screen.line("");
            screen.table(table(answer, answer.defaultDecision()));
        }
    }

    private static boolean isPerRequest(Answer answer) {
        return answer.outcome().equals("per-request");
    }

    private static String verdict(Screen screen, Answer answer) {
        if (isPerRequest(answer)) {
            return screen.paint(Style.STRONG, "per request");
        }
        if (answer.outcome().equals("by-address")) {
            return screen.paint(Style.STRONG, "by address");
        }
        return answer.allowed() ? screen.paint(Style.GOOD, "allowed") : screen.paint(Style.BAD, "refused");
    }

    private static Table table(Answer answer, DefaultDecision defaultDecision) {
        Listing<Step> listing = Listing.of(answer.steps())
                .column("POLICY", step -> new Cell(step.policy(), counts(step) ? Style.STRONG : Style.PLAIN))
                .column("ACTION", step -> step.action() == null ? "?" : EnumConverter.of(step.action()))
                .column("PORT", step -> step.selectsPort() ? "yes" : "no")
                .column("CALLER", step -> step.matches() ? "matches" : "no");
        boolean requests = answer.steps().stream().anyMatch(step -> step.request() != null);
        if (requests) {
            listing.column("REQUEST", AnswerText::request);
        }
        Table table = listing.shrinkable("BECAUSE", AnswerText::because).table();
        String last = "where no Allow policy selects the port: " + inWords(defaultDecision);
        return requests
                ? table.row("(default)", "-", "-", "-", "-", last)
                : table.row("(default)", "-", "-", "-", last);
    }

    private static boolean counts(Step step) {
        RequestStep request = step.request();
        return step.selectsPort() && step.matches() && (request == null || Boolean.TRUE.equals(request.matches()));
    }

    private static String inWords(DefaultDecision decision) {
        return switch (decision) {
            case AUTHENTICATED -> "callers with an identity";
            case DENY -> "no one";
            case ANYONE -> "anyone";
        };
    }

    private static String request(Step step) {
        RequestStep request = step.request();
        if (request == null) {
            return "any";
        }
        if (request.matches() == null) {
            return "?";
        }
        return request.matches() ? "matches" : "no";
    }

    private static String because(Step step) {
        if (step.action() == null) {
            return "not understood, so it denies: " + String.join("; ", step.because());
        }
        String caller = (step.matches() ? "" : "requires ") + String.join(", or ", step.because());
        RequestStep request = step.request();
        if (request == null) {
            return caller;
        }
        List<String> rules = request.because();
        String shown = String.join("; or ", rules.subList(0, Math.min(MAX_RULES, rules.size())));
        String more = rules.size() > MAX_RULES ? "; and " + (rules.size() - MAX_RULES) + " more" : "";
        return caller + "; " + shown + more;
    }
}
