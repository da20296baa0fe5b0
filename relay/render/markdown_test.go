package render

import (
	"strings"
	"testing"

	"botrelay/relay"
)

// TestCommonMark holds examples of the CommonMark specification (0.31.2,
// numbered as there) against what its HTML means in blocks and spans. See
// dumpSpans for the notation.
func TestCommonMark(t *testing.T) {
	for _, tc := range []struct{ example, in, want string }{
		{"2", "  \tfoo\tbaz\t\tbim\n", "code      foo    baz        bim"},
		{"4", "  - foo\n\n\tbar\n", "item1     foo\npara1     bar"},
		{"5", "- foo\n\n\t\tbar\n", "item1     foo\ncode1       bar"},
		{"9", " - foo\n   - bar\n\t - baz\n", "item1     foo\nitem2     bar\nitem3     baz"},
		{"12", "\\!\\\"\\#\\$\\%\\&\\'\\(\\)\\*", "para      !\"#$%&'()*"},
		{"14", "\\*not emphasized*\n\\<br/> not a tag\n\\[not a link](/foo)", "para      *not emphasized*\n          <br/> not a tag\n          [not a link](/foo)"},
		{"15", "\\\\*emphasis*", "para      \\{i:emphasis}"},
		{"16", "foo\\\nbar", "para      foo\n          bar"},
		{"17", "`` \\[\\` ``", "para      {m:\\[\\`}"},
		{"22", `[foo](https://example.com/bar\* "ti\*tle")`, "para      {@:foo → https://example.com/bar*}"},
		{"25", "&nbsp; &amp; &copy; &AElig; &Dcaron;\n&frac34; &HilbertSpace; &DifferentialD;\n&ClockwiseContourIntegral; &ngE;", "para      & © Æ Ď\n          ¾ ℋ ⅆ\n          ∲ ≧̸"},
		{"26", "&#35; &#1234; &#992; &#0;", "para      # Ӓ Ϡ \uFFFD"},
		{"27", "&#X22; &#XD06; &#xcab;", "para      \" ആ ಫ"},
		{"28", "&nbsp &x; &#; &#x;\n&#87654321;\n&#abcdef0;\n&ThisIsNotDefined; &hi?;", "para      &nbsp &x; &#; &#x;\n          &#87654321;\n          &#abcdef0;\n          &ThisIsNotDefined; &hi?;"},
		{"29", "&copy", "para      &copy"},
		{"35", "`f&ouml;&ouml;`", "para      {m:f&ouml;&ouml;}"},
		{"37", "&#42;foo&#42;\n*foo*", "para      *foo*\n          {i:foo}"},
		{"escaped entity", `\&amp; \&lt; &amp;lt; &amp;amp;`, "para      &amp; &lt; &lt; &amp;"},
		{"43, between paragraphs", "a\n\n***\n\nb", "para      a\npara      b"},
		{"62", "# foo\n## foo\n### foo\n#### foo\n##### foo\n###### foo", "head1     foo\nhead2     foo\nhead3     foo\nhead4     foo\nhead5     foo\nhead6     foo"},
		{"66", `# foo *bar* \*baz\*`, "head1     foo {i:bar} *baz*"},
		{"80", "Foo *bar*\n=========\n\nFoo *bar*\n---------", "head1     Foo {i:bar}\nhead2     Foo {i:bar}"},
		{"107", "    a simple\n      indented code block", "code      a simple\n            indented code block"},
		{"119", "```\n<\n >\n```", "code      <\n           >"},
		{"143", "~~~~    ruby startline=3 $%@#$\ndef foo(x)\n\n  return 3\nend\n~~~~~~~", "code      def foo(x)\n          \n            return 3\n          end"},
		{"189", "foo\nbar", "para      foo\n          bar"},
		{"192, its paragraph", "[foo]: https://example.com/url \"title\"\n\n[foo]", "para      {@:foo → https://example.com/url}"},
		{"228", "> # Foo\n> bar\n> baz", "head1   > Foo\npara    > bar\n        > baz"},
		{"233", "> bar\nbaz\n> foo", "para    > bar\n        > baz\n        > foo"},
		{"250", "> > > foo\nbar", "para    > foo\n        > bar"},
		{"242", "> foo\n\n> bar", "para    > foo\npara    > bar"},
		{"246", "foo\n\n> bar\n\nbaz", "para      foo\npara    > bar\npara      baz"},
		{"254", "1.  A paragraph\n    with two lines.\n\n        indented code\n\n    > A block quote.", "item1 #1  A paragraph\n          with two lines.\ncode1     indented code\npara1   > A block quote."},
		{"265", "123456789. ok", "item1 #123456789  ok"},
		{"267", "0. ok", "para1     0. ok"},
		{"296, from 3", "3. a\n3. b\n   1. c\n5. d", "item1 #3  a\nitem1 #4  b\nitem2 #1  c\nitem1 #5  d"},
		{"300", "- # Foo\n- Bar\n  ---\n  baz", "item1     {b:Foo}\nitem1     {b:Bar}\npara1     baz"},
		{"298", "- - foo", "item2     foo"},
		{"318", "- a\n- ```\n  b\n\n\n  ```\n- c", "item1     a\nitem1     {m:b}\nitem1     c"},
		{"335", "``\nfoo\nbar  \nbaz\n``", "para      {m:foo bar   baz}"},
		{"350", "*foo bar*", "para      {i:foo bar}"},
		{"351", "a * foo bar*", "para      a * foo bar*"},
		{"360", "foo_bar_baz", "para      foo_bar_baz"},
		{"378", "**foo bar**", "para      {b:foo bar}"},
		{"413", "*foo**bar**baz*", "para      {i:foo}{bi:bar}{i:baz}"},
		{"416", "***foo** bar*", "para      {bi:foo}{i: bar}"},
		{"482", `[link](/uri "title")`, "para      link"},
		{"488", "[link](https://example.com/my uri)", "para      [link]({@:https://example.com/my → https://example.com/my} uri)"},
		{"489", "[link](<https://example.com/my uri>)", "para      {@:link → https://example.com/my%20uri}"},
		{"503", "[link](https://example.com/foo%20b&auml;)", "para      {@:link → https://example.com/foo%20b%C3%A4}"},
		{"516", "[link *foo **bar** `#`*](https://example.com/uri)", "para      {@:link  → https://example.com/uri}{i@:foo  → https://example.com/uri}{bi@:bar → https://example.com/uri}{i@:  → https://example.com/uri}{im@:# → https://example.com/uri}"},
		{"517", "[![moon](moon.jpg)](https://example.com/uri)", "para      {@:🖼️ moon → https://example.com/uri}"},
		{"572", `![foo](https://example.com/url "title")`, "para      🖼️ {@:foo → https://example.com/url}"},
		{"581", "![](https://example.com/url)", "para      🖼️ {@:image → https://example.com/url}"},
		{"594", "<http://foo.bar.baz>", "para      {@:http://foo.bar.baz → http://foo.bar.baz}"},
		{"598", "<made-up-scheme://foo,bar>", "para      made-up-scheme://foo,bar"},
		{"604", "<foo@bar.example.com>", "para      {@:foo@bar.example.com → mailto:foo@bar.example.com}"},
		{"606", `<foo\+@bar.example.com>`, "para      <foo+@bar.example.com>"},
		{"613", "<a><bab><c2c>", "para      <bab><c2c>"},
		{"633", "foo  \nbaz", "para      foo\n          baz"},
		{"648", "foo\nbaz", "para      foo\n          baz"},
	} {
		t.Run(tc.example, func(t *testing.T) { checkMarkdown(t, tc.in, tc.want) })
	}
}

// TestExtensions holds what is not CommonMark: GFM's constructs, and what
// models write.
func TestExtensions(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"strikethrough", "~~Hi~~ Hello, ~there~ world", "para      {s:Hi} Hello, {s:there} world"},
		{"all styles", "***~~`x`~~***", "para      {bism:x}"},
		{"tasks", "- [ ] foo\n- [x] bar", "item1     ☐ foo\nitem1     ☑ bar"},
		{"bare URL", "See https://example.com/a_b_c.", "para      See {@:https://example.com/a_b_c → https://example.com/a_b_c}."},
		{"bold URL", "**https://example.com**", "para      {b@:https://example.com → https://example.com}"},
		{"URL in code", "`https://example.com`", "para      {m:https://example.com}"},
		{"break tag", "a<br>b<BR/>c<br />d", "para      a\n          b\n          c\n          d"},
		{"break tags that are a block", "<div>a<br>\nb</div>", "para      a\n          b"},
		{"comment", "<!-- a\n\nb -->", "para      <!-- a\npara      b -->"},
		{"several empty lines", "a\n\n\n\nb", "para      a\npara      b"},
		{"spaces from entities", "&#32;&#10;&#10;a&#10;&#10;b&nbsp;", "para      a\n          b"},
		{"controls from entities", "a&#8238;b&#27;c&#0x200b;&ZeroWidthSpace;d&zwj;", "para      abc&#0x200b;d"},
		{"zalgo in pieces", "a&#769;*&#769;*&#769;&#769;*&#769;*", "para      a\u0301{i:\u0301}\u0301\u0301"},
		{"BOM before a heading", "\uFEFF# a", "head1     a"},
		{"line separators", "- a\u2028- b", "item1     a\nitem1     b"},
		{"empty items", "-\n- \n- a", "item1     a"},
		{"number kept by code", "1. a\n2. ```\n   b\n   ```\n3. c", "item1 #1  a\nitem1 #2  {m:b}\nitem1 #3  c"},
		{"long code in an item", "- ```\n  a\n  b\n  ```\n  c", "code1     a\n          b\npara1     c"},
		{"tabs in code", "```\n\ta\n```", "code          a"},
		{"bidi in code", "```\na\u202Eb\n```", "code      ab"},
		{"only a rule", "---", "para      ---"},
		{"only a definition", "[a]: https://example.com", "para      [a]: {@:https://example.com → https://example.com}"},
		{"nothing", " \n\u200B\n", ""},
		{"nothing to see", "\u2800", ""},
		{"mail link", "[write](mailto:a@example.com?bcc=b@example.com&body=x)", "para      {@:write → mailto:a@example.com}"},
		{"phone link", "[call us](tel:+49-30-1234567)", "para      {@:call us → tel:+49301234567}"},
		{"script", "[x](javascript:alert(1)) [y](JaVaScRiPt&colon;alert(1)) [z](data:text/html,x)", "para      x y z"},
		{"other schemes", "[x](tg://user?id=1) [y](slack://open) [z](//example.com) [#](#top)", "para      x y z #"},
		{"user information", "[x](https://paypal.com@evil.example/)", "para      x (https://paypal.com@evil.example/)"},
		{"host in another script", "[x](https://p\u0430ypal.com/)", "para      x (https://p\u0430ypal.com/)"},
		{"override in a destination", "[x](https://example.com/\u202Ea)", "para      {@:x → https://example.com/a}"},
		{"empty link", "[](https://example.com)", "para      {@:https://example.com → https://example.com}"},
		{"Chat Data's example", chatDataAnswer, "para      Chat Data is a versatile platform that allows users to build chatbots. Here are some key features:\n" +
			"item1     {b:AI Chatbot Creation}: Users can create chatbots trained with their own data.\n" +
			"item1     {b:Ease of Use}: The platform is designed to be user-friendly.\n" +
			"para      For more information, you can visit their blog post: {@:Creating Your Own Chatbot: A Non-Coder's Guide → https://www.chat-data.com/blog/creating-your-own-chatbot-a-non-coders-guide}."},
	} {
		t.Run(tc.name, func(t *testing.T) { checkMarkdown(t, tc.in, tc.want) })
	}
}

func TestTable(t *testing.T) {
	long := strings.Repeat("long ", 10)
	for _, tc := range []struct{ name, in, want string }{
		{
			"aligned", "| Plan | Price | 日本 |\n|:-----|------:|:----:|\n| **Basic** | 9 € | x |\n| Professional | 1\\|0 | `y` |",
			"code      Plan          Price  日本\n" +
				"          ------------  -----  ----\n" +
				"          Basic           9 €   x\n" +
				"          Professional    1|0   y",
		},
		{"missing cells", "a|b\n-|-\n1\n1|2|3", "code      a  b\n          -  -\n          1\n          1  2"},
		{"break in a cell", "a|b\n-|-\n1<br>2|3", "code      a    b\n          ---  -\n          1 2  3"},
		{"header only", "a|*b*\n-|-", "para      a · {i:b}"},
		{
			"wide", "Plan|Text|\n-|-|\nA|" + long + "|\nB||",
			"head4     Plan\nitem1     {b:A}\n          Text: " + strings.TrimSpace(long) + "\nitem1     {b:B}",
		},
		{"with a link", "Plan|Page\n-|-\nA|[x](https://a.example)", "head4     Plan\nitem1     {b:A}\n          Page: {@:x → https://a.example}"},
		{"with a mail address", "Name|Mail\n-|-\nAda|ada@example.com", "head4     Name\nitem1     {b:Ada}\n          Mail: ada@example.com"},
		{"with a host", "Name|Page\n-|-\nAda|www.example.com", "head4     Name\nitem1     {b:Ada}\n          Page: www.example.com"},
		{"with a page", "Name|Page\n-|-\nAda|example.com/ada", "head4     Name\nitem1     {b:Ada}\n          Page: example.com/ada"},
		{"with no address", "Name|Size\n-|-\nnode.js|1.5/2.0 e.g. @home", "code      Name     Size\n          -------  ------------------\n          node.js  1.5/2.0 e.g. @home"},
		{"without a name", "| |Page|\n|-|-|\n|A|www.example.com|", "item1     {b:A}\n          Page: www.example.com"},
		{
			"behind a list, and in one", "- x\n\nPlan|Page\n-|-\nA|a.example/b\n\n- y\n\n  Plan|Page\n  -|-\n  A|a.example/b",
			"item1     x\nhead4     Plan\nitem1     {b:A}\n          Page: a.example/b\nitem1     y\npara1     {b:Plan}\nitem2     {b:A}\n          Page: a.example/b",
		},
		{"link that lies", "Plan|Page\n-|-\nA|[b.example](https://a.example)", "head4     Plan\nitem1     {b:A}\n          Page: b.example ({@:https://a.example → https://a.example})"},
		{"in a quotation", "> a|b\n> -|-\n> 1|2", "code    > a  b\n        > -  -\n        > 1  2"},
		{"too many columns", strings.Repeat("|a", 30) + "\n" + strings.Repeat("|-", 30), "para      " + strings.Repeat("|a", 30) + "\n          " + strings.Repeat("|-", 30)},
	} {
		t.Run(tc.name, func(t *testing.T) { checkMarkdown(t, tc.in, tc.want) })
	}
}

// TestHonest holds that no link reads like the address of another.
func TestHonest(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		honest   bool
	}{
		{"words", "[click here](https://example.com/x)", true},
		{"itself", "[https://example.com/x](https://example.com/x)", true},
		{"without scheme", "[example.com/x](https://www.example.com/x)", true},
		{"with www", "[www.example.com](https://example.com/)", true},
		{"only the host", "[Example.com](https://example.com/a/b?c=d)", true},
		{"host in words", "[the page at example.com](https://example.com/a)", true},
		{"shortened", "[https://example.com/a…](https://example.com/abc)", true},
		{"decoded", "[https://example.com/ä](https://example.com/%C3%A4)", true},
		{"http for https", "[http://example.com](https://example.com)", true},
		{"part of a written address", "example.com/[docs](https://example.com/docs)", true},
		{"mail", "[a@example.com](mailto:a@example.com)", true},
		{"phone", "[030 1234567](tel:+49301234567)", true},
		{"version", "[v1.2.3](https://example.com)", true},
		{"abbreviation", "[e.g. this](https://example.com)", true},

		{"other host", "[https://paypal.com](https://evil.example)", false},
		{"other host in words", "[log in at paypal.com now](https://evil.example)", false},
		{"other path", "[https://example.com/a](https://example.com/b)", false},
		{"host as a prefix", "[example.co](https://example.community)", false},
		{"host as a name", "[paypal.com](https://paypal.com.evil.example)", false},
		{"host as a path", "[paypal.com](https://evil.example/paypal.com)", false},
		{"bold", "[**paypal**.com](https://evil.example)", false},
		{"code", "[`paypal.com`](https://evil.example)", false},
		{"in another script", "[p\u0430ypal.com](https://evil.example)", false},
		{"full width", "[ｐａｙｐａｌ．ｃｏｍ](https://evil.example)", false},
		{"ideographic dot", "[paypal。com](https://evil.example)", false},
		{"in brackets", "[(paypal.com)](https://evil.example)", false},
		{"in a list", "[paypal.com,bank.example](https://evil.example)", false},
		{"address", "[192.0.2.1](https://evil.example)", false},
		{"other scheme", "[ftp://a](https://evil.example)", false},
		{"goes on an address", "https://paypal.com[/login](https://evil.example)", false},
		{"goes on a link", "[paypal](https://paypal.com)[.com/login](https://evil.example)", false},
		{"address goes on", "[paypal](https://evil.example).com", false},
		{"within a longer word", "[paypal.com](https://evil.example)0", false},
		{"own host in a longer word", "[evil.example](https://evil.example)0", true},
		{"mail for web", "[a@example.com](https://evil.example)", false},
		{"other mail", "[a@example.com](mailto:b@evil.example)", false},
		{"other phone", "[+49 30 1234567](tel:+1900123456)", false},
		{"image", "![paypal.com](https://evil.example)", false},
		{"HTML", `<a href="https://evil.example">paypal.com</a>`, false},
		{"HTML in a block", `<div><a href='https://evil.example'>https://<b>paypal</b>.com</a></div>`, false},
		{"HTML that goes on an address", `https://paypal.com<a href="https://evil.example">/login</a>`, false},
		{"HTML that goes on a link", `<a href="https://paypal.com">paypal</a><a href="https://evil.example">.com</a>`, false},
		{"HTML in Markdown", `[<a href="https://paypal.com">paypal.com</a>](https://evil.example)`, false},
		{"Markdown in HTML", `<a href="https://paypal.com">[paypal.com](https://evil.example)</a>`, true},
		{"HTML with entities", `<a href="https://evil.example">paypal&#46;com</a>`, false},
		{"honest HTML", `<a href="https://example.com">the page at example.com</a>`, true},
		{"HTML that calls another", `<a href="tel:+1900123456">+49 30 1234567</a>`, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := dumpBlocks(newMarkdown().blocks(tc.in))
			if exposed := strings.Contains(got, " ({@:"); exposed == tc.honest {
				t.Errorf("%s became %s", tc.in, got)
			}
		})
	}
}

// TestManyBlocks holds that an endless list ends, and says so.
func TestManyBlocks(t *testing.T) {
	blocks := newMarkdown().blocks(strings.Repeat("- a\n", 2*maxBlocks))
	if n := len(blocks); n != maxBlocks+1 {
		t.Fatalf("%d blocks", n)
	}
	if got := relay.Plain(blocks[maxBlocks].Spans); got != ellipsis {
		t.Errorf("ends with %q", got)
	}
}

// TestDepth holds that levels are bounded, and items neither lost nor mixed up.
func TestDepth(t *testing.T) {
	blocks := newMarkdown().blocks(strings.Repeat("- ", 30) + "a\n\nb")
	if len(blocks) != 2 || blocks[0].Level != maxLevel || blocks[1].Level != 0 {
		t.Errorf("got %+v", blocks)
	}
}

// TestAbsurd holds that what nests beyond all reason is shown as it is written,
// and a long rule is not taken for it.
func TestAbsurd(t *testing.T) {
	for _, s := range []string{">", "> ", "- ", "1. ", "* > ", "+\t"} {
		in := strings.Repeat(s, maxNesting+1) + "*a*"
		checkMarkdown(t, in, "para      "+strings.TrimSpace(strings.ReplaceAll(in, "\t", " ")))
	}
	checkMarkdown(t, "a\n\n"+strings.Repeat("-", 500)+"\n\n*b*", "para      a\npara      {i:b}")
}

func checkMarkdown(t *testing.T, in, want string) {
	t.Helper()
	var lines []string
	for line := range strings.Lines(dumpBlocks(newMarkdown().blocks(in))) {
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("%q\ngot\n%s\nwant\n%s", in, got, want)
	}
}
