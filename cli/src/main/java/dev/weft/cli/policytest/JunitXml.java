package dev.weft.cli.policytest;

import java.util.List;

/**
 * Writes verdicts as a JUnit XML report, which build servers read: one test suite, with a test case for each assertion.
 */
public final class JunitXml {

    private JunitXml() {}

    /**
     * Returns the report of a suite.
     *
     * @param suite the name of the file of assertions
     */
    public static String of(String suite, List<TestResult> verdicts) {
        long failures = verdicts.stream().filter(verdict -> !verdict.passed()).count();
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append("<testsuite name=\"").append(escaped(suite));
        xml.append("\" tests=\"").append(verdicts.size());
        xml.append("\" failures=\"").append(failures);
        xml.append("\" errors=\"0\" skipped=\"0\">\n");
        verdicts.forEach(verdict -> append(xml, verdict));
        return xml.append("</testsuite>").toString();
    }

    private static void append(StringBuilder xml, TestResult verdict) {
        xml.append("  <testcase classname=\"weft.policy\" name=\"").append(escaped(verdict.name()));
        if (verdict.passed()) {
            xml.append("\"/>\n");
            return;
        }
        xml.append("\">\n    <failure message=\"");
        xml.append(escaped("expected " + verdict.expected() + ", but it is " + verdict.actual()));
        xml.append("\">").append(escaped(verdict.reason())).append("</failure>\n  </testcase>\n");
    }

    /** Escapes text. Most control characters become "?", because XML 1.0 allows them in no form. */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\n', '\t' -> escaped.append(' ');
                default -> escaped.appendCodePoint(isAllowed(c) ? c : '?');
            }
        });
        return escaped.toString();
    }

    private static boolean isAllowed(int c) {
        return c >= ' ' && !(c >= 0xd800 && c <= 0xdfff) && c != 0xfffe && c != 0xffff;
    }
}
