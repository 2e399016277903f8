-- harness: allow matches-nothing until 2999-12-31 because @team says so | <b>#12</b> ##[stop-commands]x
UPDATE "a|b `@team` #1 <b>" SET org = org WHERE org = 99;
UPDATE "a|b `@team` #1 <b>"
SET "c
## [d](https://a.example/d) ``e``" = '
::set-output name=a::b
##[add-mask]a
````
</details><!-- --> & ]]>
{0} [text](https://a.example/y)
'
WHERE id = 1;
