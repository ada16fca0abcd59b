package dev.weft.cli.check;

import java.util.ArrayList;
import java.util.List;

/** Collects the findings of a check, failures before warnings, and makes a verdict of them. */
final class Findings {

    private final List<String> failed = new ArrayList<>();
    private final List<String> doubtful = new ArrayList<>();

    void failed(String finding) {
        failed.add(finding);
    }

    void warning(String finding) {
        doubtful.add(finding);
    }

    /**
     * Returns the verdict, which is as bad as the worst finding.
     *
     * @param well reason if there are no findings
     * @param reason reason if there are findings
     */
    Verdict verdict(String well, String reason, String action) {
        if (failed.isEmpty() && doubtful.isEmpty()) {
            return Verdict.ok(well);
        }
        List<String> about = new ArrayList<>(failed);
        about.addAll(doubtful);
        return failed.isEmpty() ? Verdict.warning(reason, action, about) : Verdict.failed(reason, action, about);
    }

    int count() {
        return failed.size() + doubtful.size();
    }
}
