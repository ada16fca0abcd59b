package dev.weft.proxy.route;

/**
 * The rule that applies to one request.
 *
 * @param prefixElements number of path elements in the prefix that matched; 0 if the match has no prefix
 */
public record Matched(RouteRule rule, int prefixElements) {}
