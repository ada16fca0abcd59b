package dev.weft.cli.command;

import dev.weft.cli.explain.Answer;
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
import java.util.Locale;
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
        boolean requests = answer.steps().stream().anyMatch(step -> step.request() != null);
        Table table = new Table().column("POLICY", "ACTION", "PORT", "CALLER");
        if (requests) {
            table.column("REQUEST");
        }
        table.shrinkable("BECAUSE");
        answer.steps().forEach(step -> table.row(cells(step, requests).toArray()));
        List<String> last = new ArrayList<>(List.of("(default)", "-", "-", "-"));
        if (requests) {
            last.add("-");
        }
        last.add("where no Allow policy selects the port: " + inWords(defaultDecision));
        table.row(last.stream().map(Cell::of).toArray());
        return table;
    }

    private static String inWords(DefaultDecision decision) {
        return switch (decision) {
            case AUTHENTICATED -> "callers with an identity";
            case DENY -> "no one";
            case ANYONE -> "anyone";
        };
    }

    private static List<Cell> cells(Step step, boolean requests) {
        RequestStep request = step.request();
        boolean counts =
                step.selectsPort() && step.matches() && (request == null || Boolean.TRUE.equals(request.matches()));
        List<Cell> cells = new ArrayList<>();
        cells.add(new Cell(step.policy(), counts ? Style.STRONG : Style.PLAIN));
        cells.add(Cell.of(step.action() == null ? "?" : step.action().name().toLowerCase(Locale.ROOT)));
        cells.add(Cell.of(step.selectsPort() ? "yes" : "no"));
        cells.add(Cell.of(step.matches() ? "matches" : "no"));
        if (requests) {
            cells.add(Cell.of(request == null ? "any" : inWords(request)));
        }
        cells.add(Cell.of(because(step)));
        return cells;
    }

    private static String inWords(RequestStep request) {
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
